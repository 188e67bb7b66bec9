import { nameFilter } from "../name-filter.js";
import { pathGlob, type PathGlob } from "../../../schemas/path-glob.js";

export type Mode = "files_with_matches" | "content" | "count";

export interface Input {
  readonly pattern: string;
  readonly path?: string;
  readonly glob?: string;
  readonly type?: string;
  readonly output_mode?: Mode;
  readonly "-i"?: boolean;
  readonly "-n"?: boolean;
  readonly "-o"?: boolean;
  readonly "-A"?: number;
  readonly "-B"?: number;
  readonly "-C"?: number;
  readonly context?: number;
  readonly head_limit?: number;
  readonly offset?: number;
  readonly multiline?: boolean;
}

/** How each kind of answer is asked for. File names always end with NUL, because they may hold anything else. */
const MODES: Readonly<Record<Mode, readonly string[]>> = {
  files_with_matches: ["--files-with-matches", "--null"],
  count: ["--count", "--null", "--with-filename"],
  content: [
    "--null",
    "--with-filename",
    "--no-heading",
    "--line-number",
    "--no-context-separator",
    "--max-columns=2000",
    "--max-columns-preview",
  ],
};

/** A search over several lines holds whole files in memory. */
const MULTILINE: readonly string[] = ["--multiline", "--multiline-dotall", "--max-filesize=64M"];

/** The arguments of a search. Every word of the model is the value of an option, so that none can become one. */
export function argumentsOf(input: Input, target: string): readonly string[] {
  const { pattern, glob = "", type = "", output_mode: mode = "files_with_matches" } = input;
  return [
    ...MODES[mode],
    ...(input["-i"] ? ["--ignore-case"] : []),
    ...(input["-o"] && mode !== "files_with_matches" ? ["--only-matching"] : []),
    ...(input.multiline ? MULTILINE : []),
    // Models are not shown carriage returns, so the end of a line lies before them, unless they are what is looked for.
    ...(pattern.includes("$") && !/\r|\\r/.test(pattern) ? ["--crlf"] : []),
    ...(mode === "content" ? contextOf(input) : []),
    ...(type === "" ? [] : [`--type=${type}`]),
    ...filterOf(glob, type),
    `--regexp=${pattern}`,
    "--",
    target,
  ];
}

/** Which files are searched, by their path; ripgrep's own filter would bring back ignored files. */
export function fileFilter({ glob = "" }: Input): PathGlob {
  return glob === "" || glob.startsWith("!") ? () => true : pathGlob(glob);
}

function filterOf(glob: string, type: string): readonly string[] {
  if (glob.startsWith("!")) return [`--glob=${glob}`];
  return type === "" ? nameFilter(glob) : [];
}

function contextOf(input: Input): readonly string[] {
  const around = input.context ?? input["-C"];
  return [...lines("--before-context", input["-B"] ?? around), ...lines("--after-context", input["-A"] ?? around)];
}

function lines(option: string, count: number | undefined): readonly string[] {
  return count === undefined || count <= 0 ? [] : [`${option}=${Math.min(Math.floor(count), 1_000)}`];
}
