/** One word, as far as it can be known without running anything. */
export interface Part {
  /** After quote removal; expansions stay as written. */
  readonly text: string;
  /** Holds an expansion: what the program is handed is not known. */
  readonly dynamic: boolean;
  /** Holds an unquoted `*`, `?` or `[`. */
  readonly glob: boolean;
  /** Starts with an unquoted tilde. */
  readonly tilde: boolean;
}

export interface Redirect {
  readonly operator: string;
  readonly target: Part;
}

/** A simple command found somewhere in a line. */
export interface Piece {
  readonly words: readonly Part[];
  readonly redirects: readonly Redirect[];
  /** Reads what the piece before it writes. */
  readonly piped: boolean;
}

export interface Pieces {
  readonly pieces: readonly Piece[];
  /** Why something may be hidden from this reading, if it may. */
  readonly unclear?: string;
}

/** A word that only sets a variable. */
export const ASSIGNMENT: RegExp = /^[A-Za-z_]\w*(?:\[[^\]]*\])?\+?=/;

/** Words before a command that are no part of it. */
export const KEYWORDS: ReadonlySet<string> = new Set("if then elif else do while until ! { } coproc".split(" "));
/** `function f {` and `coproc f {` name a block. */
export const NAMING: ReadonlySet<string> = new Set(["function", "coproc"]);
export const BLOCK: ReadonlySet<string> = new Set(["{"]);

/** Programs that run what they are handed as shell script. */
export const SHELLS: RegExp = /^(?:.*\/)?(?:ba|da|z|k|a)?sh$/;

/** Every way to write a redirection, longest first. */
export const REDIRECT: RegExp = /^(?:<<<|<<-|<<|<&|<>|<|&>>|&>|>>|>&|>\||>)/;

export interface Heredoc {
  readonly delimiter: string;
  /** Its delimiter is quoted, so nothing in it is expanded. */
  readonly literal: boolean;
  /** Tabs before its lines do not count. */
  readonly tabs: boolean;
}

/** The place of the bracket that closes the one at `open`, quotes taken into account. */
export function closingBracket(text: string, open: number): number | undefined {
  const [opening, closing] = text[open] === "{" ? ["{", "}"] : ["(", ")"];
  let depth = 0;
  let quote = "";
  for (let place = open; place < text.length; place++) {
    const one = text[place]!;
    if (one === "\\" && quote !== "'") place++;
    else if (quote !== "") quote = one === quote ? "" : quote;
    else if (one === "'" || one === '"') quote = one;
    else if (one === opening) depth++;
    else if (one === closing && --depth === 0) return place;
  }
  return undefined;
}

/** The lines of a here-document that starts at `from`, and where they end. */
export function heredocBody(
  text: string,
  from: number,
  { delimiter, tabs }: Heredoc,
): { readonly body: string; readonly end: number } {
  for (let start = from; start < text.length;) {
    const feed = text.indexOf("\n", start);
    const line = text.slice(start, feed < 0 ? undefined : feed);
    const end = feed < 0 ? text.length : feed + 1;
    if ((tabs ? line.replace(/^\t+/, "") : line) === delimiter) return { body: text.slice(from, start), end };
    start = end;
  }
  return { body: text.slice(from), end: text.length };
}
