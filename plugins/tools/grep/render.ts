import type { ToolOutput } from "../../../schemas/tool.js";
import { newestFirst } from "../newest-first.js";
import { cutShort, type SearchEnd } from "../ripgrep.js";
import type { SearchRoot } from "../search-root.js";
import type { Found } from "./found.js";
import type { Input } from "./request.js";

/** Most entries of one result, and most characters of them. */
const MOST_ENTRIES = 1_000;
const MOST_CHARACTERS = 30_000;

export interface Searched {
  readonly input: Input;
  readonly root: SearchRoot;
  readonly end: SearchEnd;
}

/** One line of a result, and the separator line before it, where there is one. */
interface Entry {
  readonly text: string;
  readonly gap?: boolean;
}

/** What was found, as the model reads it. */
export async function render(found: Found, searched: Searched): Promise<ToolOutput> {
  const { input, root } = searched;
  const mode = input.output_mode ?? "files_with_matches";
  const files =
    mode === "files_with_matches" ? await byTime(found, root.folder) : found.inOrder().map(({ path }) => path);
  const names = files.map((path) => root.show(path));
  const entries = mode === "content" ? contentEntries(found, searched) : pathEntries(found, searched, files);
  const { text, shown } = cut(entries, input);
  const matches = [...found.files.values()].reduce((sum, { count }) => sum + count, 0);
  const total = mode === "count" && files.length > 0 ? `\nTotal: ${matches} in ${files.length} files.` : "";
  const empty = entries.length > 0 ? "" : mode === "files_with_matches" ? "No files found." : "No matches found.";
  return {
    content: [text + total + empty, ...notes(found, searched, { all: entries.length, shown })]
      .filter((part) => part !== "")
      .join("\n"),
    details: {
      mode,
      filenames: names.slice(0, MOST_ENTRIES),
      numFiles: files.length,
      ...(mode === "content" && { content: text, numLines: shown }),
      ...(mode !== "files_with_matches" && { numMatches: matches }),
    },
  };
}

function byTime(found: Found, folder: string): Promise<readonly string[]> {
  return newestFirst([...found.files.keys()], folder);
}

function pathEntries(found: Found, { root, input }: Searched, paths: readonly string[]): readonly Entry[] {
  const counted = input.output_mode === "count";
  return paths.map((path) => ({ text: root.show(path) + (counted ? `:${found.files.get(path)!.count}` : "") }));
}

function contentEntries(found: Found, { input, root }: Searched): readonly Entry[] {
  const numbered = input["-n"] ?? true;
  const hasContext = [input["-A"], input["-B"], input["-C"], input.context].some((lines) => (lines ?? 0) > 0);
  const entries: Entry[] = [];
  for (const { path, lines } of found.inOrder()) {
    const name = root.show(path);
    let next = -1;
    for (const { number, text, isMatch } of lines) {
      const mark = isMatch ? ":" : "-";
      const gap = hasContext && number !== next && entries.length > 0;
      next = number + 1;
      entries.push({ text: `${name}${mark}${numbered ? `${number}${mark}` : ""}${text}`, gap });
    }
  }
  return entries;
}

/** The entries that were asked for and fit. */
function cut(
  entries: readonly Entry[],
  { head_limit, offset }: Input,
): { readonly text: string; readonly shown: number } {
  const wanted = head_limit !== undefined && head_limit > 0 ? Math.min(head_limit, MOST_ENTRIES) : MOST_ENTRIES;
  const start = startOf(offset);
  const lines: string[] = [];
  let length = 0;
  let shown = 0;
  for (const { text, gap } of entries.slice(start, start + wanted)) {
    length += text.length + 1;
    if (length > MOST_CHARACTERS && shown > 0) break;
    if (gap && shown > 0) lines.push("--");
    lines.push(text);
    shown++;
  }
  return { text: lines.join("\n"), shown };
}

function startOf(offset: number | undefined): number {
  return Math.max(0, Math.floor(offset ?? 0));
}

function notes(
  { hidden }: Found,
  { input, end }: Searched,
  { all, shown }: { readonly all: number; readonly shown: number },
): readonly string[] {
  const start = startOf(input.offset);
  const some = end.cause === "exit" ? `${all}` : `at least ${all}`;
  const left = hidden.size === 1 ? "1 file was" : `${hidden.size} files were`;
  return [
    start + shown < all
      ? `(Entries ${start + 1}-${start + shown} of ${some}; go on with offset ${start + shown}.)`
      : "",
    start >= all && all > 0 ? `(There are only ${all} entries; offset ${start} is past their end.)` : "",
    cutShort(end),
    end.cause === "enough" ? "(There is too much to show it all: narrow the pattern or the path.)" : "",
    hidden.size > 0 ? `(${left} left out: reading is not allowed.)` : "",
  ].filter((note) => note !== "");
}
