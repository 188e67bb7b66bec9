import type { Leaving } from "./look.js";
import type { GitText } from "./own-git.js";

/** Lines without anything in them that may stand for those that are not shown. */
const MOST_BLANK = 2_000_000;

/** What a difference adds, file by file, every line in its place; `what` says which kind of change it is. */
export function addedLines(what: string, diff: GitText | undefined): readonly Leaving[] {
  if (!diff) return [];
  const leaving: Leaving[] = [];
  let [path, text, line, inHunk] = ["", "", 1, false];
  const flush = (): void => {
    if (path !== "" && path !== "/dev/null") {
      leaving.push({ place: `the name of ${path}`, text: path, inInput: false });
      leaving.push({ place: `${what} ${path}`, text, inInput: false });
    }
    [path, text, line, inHunk] = ["", "", 1, false];
  };
  for (const one of diff.text.split("\n")) {
    if (one.startsWith("diff --git ")) {
      flush();
      path = nameIn(one);
    } else if (!inHunk && one.startsWith("deleted file mode ")) path = "";
    else if (one.startsWith("@@ ")) {
      const begin = Number(/^@@ -\S+ \+(\d+)/.exec(one)?.[1] ?? 1);
      const blank = Math.min(Math.max(0, begin - line), MOST_BLANK);
      text += "\n".repeat(blank);
      line += blank;
      inHunk = true;
    } else if (!inHunk && one.startsWith("+++ ")) path = one.slice(4).replace(/\t$/, "");
    else if (!inHunk && /^(rename|copy) to /.test(one)) path = one.slice(one.indexOf(" to ") + 4);
    else if (inHunk && one.startsWith("+")) {
      text += `${one.slice(1)}\n`;
      line++;
    }
  }
  flush();
  return diff.partial ? [...leaving, { place: `${what} in all`, text: "", inInput: false, partial: true }] : leaving;
}

/** The name in the first line about a file, where it stands there twice: files without lines have it nowhere else. */
function nameIn(header: string): string {
  const both = header.slice("diff --git ".length);
  const half = both.slice(0, (both.length - 1) / 2);
  return both === `${half} ${half}` ? half : "";
}
