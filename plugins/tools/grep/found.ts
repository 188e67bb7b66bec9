import type { Mode } from "./request.js";

/** Characters of output that are kept; whoever finds more has to narrow the search. */
const MOST = 10_000_000;

/** Lines of one file, and what else is known of it. */
interface FoundFile {
  readonly path: string;
  readonly lines: Line[];
  count: number;
}

interface Line {
  readonly number: number;
  readonly text: string;
  readonly isMatch: boolean;
}

/** What ripgrep found, by file. */
export class Found {
  readonly files: Map<string, FoundFile> = new Map();
  /** Files that may not be shown. */
  readonly hidden: Set<string> = new Set();
  readonly #mode: Mode;
  readonly #isWanted: (path: string) => boolean;
  readonly #mayRead: (path: string) => boolean;
  #size = 0;

  constructor(mode: Mode, isWanted: (path: string) => boolean, mayRead: (path: string) => boolean) {
    this.#mode = mode;
    this.#isWanted = isWanted;
    this.#mayRead = mayRead;
  }

  /** Takes one record of the output; false when it has become too much. */
  add(record: string): boolean {
    const end = this.#mode === "files_with_matches" ? record.length : record.indexOf("\0");
    // What is no result is a remark of ripgrep, such as that a file is binary.
    if (end === -1) return true;
    const file = this.#file(record.slice(0, end).replace(/^\.\/+/, ""));
    if (!file) return true;
    this.#size += record.length;
    const rest = record.slice(end + 1);
    if (this.#mode === "count") file.count = Number(rest);
    if (this.#mode === "content") addLine(file, rest);
    return this.#size < MOST;
  }

  /** Paths in the order of their names. */
  inOrder(): readonly FoundFile[] {
    return [...this.files.values()].sort((one, other) => (one.path < other.path ? -1 : 1));
  }

  #file(path: string): FoundFile | undefined {
    const known = this.files.get(path);
    if (known || this.hidden.has(path) || !this.#isWanted(path)) return known;
    if (!this.#mayRead(path)) {
      this.hidden.add(path);
      return undefined;
    }
    const file: FoundFile = { path, lines: [], count: 0 };
    this.files.set(path, file);
    return file;
  }
}

function addLine(file: FoundFile, rest: string): void {
  const parts = /^(\d+)([:-])/.exec(rest);
  if (!parts) return;
  const isMatch = parts[2] === ":";
  if (isMatch) file.count++;
  const text = rest.slice(parts[0].length);
  file.lines.push({ number: Number(parts[1]), text: text.endsWith("\r") ? text.slice(0, -1) : text, isMatch });
}
