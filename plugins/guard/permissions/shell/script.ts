/** What a shell line says, as far as it can be told from its text alone. */
export interface Script {
  readonly body: Statement;
  /** Every simple command that stands in it, in the order of the text, those in substitutions and blocks included. */
  readonly commands: readonly Simple[];
  /** Why there may be more in it than that. Absent: every byte of the line is accounted for. */
  readonly unclear?: string;
}

export type Statement = Simple | Block | Choice | Loop | Test | Definition | Hidden;

export interface Simple {
  readonly kind: "simple";
  /** As written, without redirections. */
  readonly text: string;
  readonly assignments: readonly Assignment[];
  readonly words: readonly Word[];
  readonly redirects: readonly Redirect[];
  /** Whose output it reads, where a pipe joins the two. */
  readonly from?: Simple;
}

export interface Assignment {
  readonly name: string;
  readonly value: Word;
  /** Of an array, whose name `name` is then. */
  readonly elements?: readonly Word[];
  /** It adds to the value that was there. */
  readonly more: boolean;
}

/** How a part of a sequence follows on the one before. */
export type Link = "then" | "and" | "or" | "pipe" | "background";

/** Statements one after the other; in a subshell what they change is gone afterwards. */
export interface Block {
  readonly kind: "block";
  readonly parts: readonly { readonly statement: Statement; readonly link: Link }[];
  readonly subshell: boolean;
  /** It stands in `{ }`. */
  readonly braced?: boolean;
  readonly redirects: readonly Redirect[];
}

/** `if` and `case`: one of the branches runs, or none. */
export interface Choice {
  readonly kind: "choice";
  /** Words that are only compared. */
  readonly words: readonly Word[];
  readonly branches: readonly { readonly test?: Statement; readonly body: Statement }[];
  readonly redirects: readonly Redirect[];
}

/** `for`, `while` and `until`. */
export interface Loop {
  readonly kind: "loop";
  /** The variable of a `for`. */
  readonly name?: string;
  /** It counts, by numbers that are written out. */
  readonly counts?: boolean;
  readonly words: readonly Word[];
  readonly test?: Statement;
  readonly body: Statement;
  readonly redirects: readonly Redirect[];
}

/** `[[ ... ]]`: its operands by how they are looked at. */
export interface Test {
  readonly kind: "test";
  readonly text: readonly Word[];
  readonly files: readonly Word[];
  /** Compared as numbers, which runs what stands in them as arithmetic. */
  readonly numbers: readonly Word[];
}

/** A function, whose body runs where it is called. */
export interface Definition {
  readonly kind: "definition";
  readonly name: string;
  readonly body: Statement;
}

/** Something that no allow rule and no reading can answer for; what is in it can still be seen. */
export interface Hidden {
  readonly kind: "hidden";
  readonly why: string;
  readonly inner: readonly Statement[];
}

export interface Redirect {
  readonly operator: string;
  readonly descriptor: string;
  readonly target: Word;
  /** For a here-document: its text. */
  readonly body?: Word;
}

/** One word, as far as it can be known without running anything. */
export interface Word {
  /** As written. */
  readonly raw: string;
  /** Every part of it is text in one way of quoting; anything else hides what it says. */
  readonly plain: boolean;
  /** After quote removal; expansions stay as written. */
  readonly text: string;
  /** Holds an expansion: what the program is handed is not known from the text. */
  readonly dynamic: boolean;
  /** Holds an unquoted `*`, `?` or `[`. */
  readonly glob: boolean;
  /** Starts with a `~` that the shell replaces by the home folder. */
  readonly tilde: boolean;
  readonly pieces: readonly Piece[];
}

/** A part of a word. What is no plain text carries its own text as `raw`. */
export type Piece = Text | Expansion;

/** Text that is not quoted can hold patterns of file names. */
export interface Text {
  readonly kind: "text";
  readonly text: string;
  readonly quoted: boolean;
}

export type Expansion = { readonly raw: string; readonly quoted: boolean } & (
  | { readonly kind: "variable"; readonly name: string; readonly plain: boolean }
  | { readonly kind: "command"; readonly body: Statement }
  | { readonly kind: "process"; readonly body: Statement; readonly writes: boolean }
  /** Over these variables, none of which it changes, and over what these commands write. */
  | { readonly kind: "arithmetic"; readonly names: readonly string[]; readonly inner: readonly Expansion[] }
  /** Not understood. */
  | { readonly kind: "hidden"; readonly why: string }
);
