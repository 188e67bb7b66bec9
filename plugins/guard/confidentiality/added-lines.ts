import type { Leaving } from "./look.js";
import type { GitText } from "./read-git.js";

/** Lines without anything in them that may stand for those that are not shown. */
const MOST_BLANK = 2_000_000;

/** What a difference adds, file by file, every line in its place; `what` says which kind of change it is. */
export function addedLines(what: string, diff: GitText | undefined): readonly Leaving[] {
  if (!diff) return [];
  const leaving: Leaving[] = [];
  let [path, text, line, inHunk] = ["", "", 1, false];
  let plus = "+";
  const flush = (): void => {
    if (path !== "" && path !== "/dev/null") {
      leaving.push({ place: `the name of ${path}`, text: path, inInput: false });
      leaving.push({ place: `${what} ${path}`, text, inInput: false });
    }
    [path, text, line, inHunk] = ["", "", 1, false];
  };
  for (const one of diff.text.split("\n")) {
    if (/^diff --(?:git|cc) /.test(one)) {
      flush();
      path = one.startsWith("diff --cc ") ? one.slice("diff --cc ".length) : nameIn(one);
    } else if (!inHunk && one.startsWith("deleted file mode ")) path = "";
    else if (/^@@+ /.test(one)) {
      // Of a merge each line has a sign for each parent: what all lack is new.
      plus = "+".repeat(one.indexOf(" ") - 1);
      const begin = Number(/ \+(\d+)/.exec(one)?.[1] ?? 1);
      const blank = Math.min(Math.max(0, begin - line), MOST_BLANK);
      text += "\n".repeat(blank);
      line += blank;
      inHunk = true;
    } else if (!inHunk && one.startsWith("+++ ")) path = one.slice(4).replace(/\t$/, "");
    else if (!inHunk && /^(rename|copy) to /.test(one)) path = one.slice(one.indexOf(" to ") + 4);
    else if (inHunk && one.startsWith(plus)) {
      text += `${one.slice(plus.length)}\n`;
      line++;
    }
  }
  flush();
  return diff.partial
    ? [...leaving, { place: `${what} in all`, text: "", inInput: false, partial: diff.partial }]
    : leaving;
}

/** The name in the first line about a file, where it stands there twice: files without lines have it nowhere else. */
function nameIn(header: string): string {
  const both = header.slice("diff --git ".length);
  const half = both.slice(0, (both.length - 1) / 2);
  return both === `${half} ${half}` ? half : "";
}
