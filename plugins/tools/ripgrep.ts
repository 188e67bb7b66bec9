import { accessSync, constants } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import type { ToolContext } from "../../schemas/tool.js";
import { findProgram } from "../../schemas/find-program.js";
import { PinnedFolder } from "./pinned-folder.js";
import { ownMemory } from "./proc.js";
import type { Processes } from "./process.js";

/** Milliseconds of one search. */
const TIMEOUT = 30_000;

/** Kilobytes that a search may take for itself. A line without end would take all there is; an ignore file can be one. */
const MEMORY = 512 * 1024;
/** How often that is looked at, in milliseconds: most searches have ended by then. */
const LOOK = 100;

/** A record longer than this is dropped. */
const LONGEST = 64 * 1024;
const LONGEST_PROBLEM = 2_000;

type Env = Readonly<Record<string, string | undefined>>;

/**
 * What every search begins with. Settings of the user or the project are not read, because they can name programs to
 * run; ignore files count in and out of repositories, and hidden files are files.
 */
const ALWAYS: readonly string[] = [
  "--no-config",
  "--no-messages",
  "--no-require-git",
  "--no-follow",
  "--color=never",
  "--hidden",
  "--glob=!{.git,.hg,.svn,.jj}",
];

export interface Search {
  readonly args: readonly string[];
  readonly folder: string;
  /** What stands between two records of the output. */
  readonly separator: "\n" | "\0";
  /** Return false to end the search. */
  onRecord(record: string): boolean;
}

export interface SearchEnd {
  /** "enough": `onRecord` said so. */
  readonly cause: "exit" | "timeout" | "memory" | "enough";
}

/** What to say of a search that was ended before it had seen everything, whatever it found; empty otherwise. */
export function cutShort({ cause }: SearchEnd): string {
  if (cause === "timeout") return "(Not everything was searched within 30 s: narrow the path.)";
  if (cause !== "memory") return "";
  return "(Not everything was searched: it took too much memory, as a file or ignore file without line breaks does; narrow the path.)";
}

export interface Searching {
  readonly processes: Processes;
  readonly context: ToolContext;
  readonly env: Env;
}

/** Runs ripgrep. Throws its own sentence for a bad pattern, and ours when it is nowhere or the turn was stopped. */
export async function search(request: Search, { processes, context, env }: Searching): Promise<SearchEnd> {
  const records = new Records(request);
  let problem = "";
  const { HOME, XDG_CONFIG_HOME } = env;
  const file = await ripgrepPath(env);
  using pinned = PinnedFolder.open(request.folder);
  const program = {
    file,
    args: [...ALWAYS, ...request.args],
    // The child enters the folder before it forgets what is open, so it is that very folder whatever its path leads to.
    cwd: pinned.at("."),
    env: { ...(HOME !== undefined && { HOME }), ...(XDG_CONFIG_HOME !== undefined && { XDG_CONFIG_HOME }) },
  };
  const enough = new AbortController();
  let swollen = false;
  const { ended, group } = await processes.start(program, {
    timeout: TIMEOUT,
    signal: AbortSignal.any([context.signal, enough.signal]),
    onOutput(chunk, stream) {
      if (stream === "stderr") problem = (problem + chunk.toString()).slice(0, LONGEST_PROBLEM);
      else if (!records.add(chunk)) enough.abort();
    },
  });
  const look = setInterval(() => {
    swollen ||= ownMemory(group.id) > MEMORY;
    if (swollen) enough.abort();
  }, LOOK);
  const { cause, code } = await ended;
  clearInterval(look);
  context.signal.throwIfAborted();
  if (swollen) return { cause: "memory" };
  if (cause === "timeout") return { cause };
  if (cause === "abort") return { cause: "enough" };
  if (code > 1 && problem !== "") throw new Error(problem.trim().replace(/^rg: /, ""));
  return { cause: records.finish() ? "exit" : "enough" };
}

/** Cuts output into records. */
class Records {
  readonly #decoder = new StringDecoder("utf8");
  readonly #search: Search;
  #rest = "";
  #open = true;

  constructor(search: Search) {
    this.#search = search;
  }

  /** False once nothing more is wanted. */
  add(chunk: Buffer): boolean {
    if (!this.#open) return false;
    const { separator } = this.#search;
    const text = this.#rest + this.#decoder.write(chunk);
    let start = 0;
    for (let end = text.indexOf(separator); end !== -1; end = text.indexOf(separator, start)) {
      if (!this.#record(text.slice(start, end))) return false;
      start = end + 1;
    }
    // What is cut off here stays too long, so the record is dropped when its end comes.
    this.#rest = text.length - start > LONGEST ? text.slice(start, start + LONGEST + 1) : text.slice(start);
    return true;
  }

  finish(): boolean {
    return this.#open && (this.#rest === "" || this.#record(this.#rest));
  }

  #record(record: string): boolean {
    if (record.length <= LONGEST && !this.#search.onRecord(record)) this.#open = false;
    return this.#open;
  }
}

async function ripgrepPath(env: Env): Promise<string> {
  try {
    const { rgPath } = await import("@vscode/ripgrep");
    accessSync(rgPath, constants.X_OK);
    return rgPath;
  } catch {
    // It was installed without the package for this machine.
  }
  const path = findProgram("rg", env, ["/usr/bin/rg", "/usr/local/bin/rg", "/opt/homebrew/bin/rg", "/bin/rg"]);
  if (path !== undefined) return path;
  throw new Error(
    'ripgrep is missing: install nacre again with its optional packages, or install "rg" with your system\'s package manager.',
  );
}
