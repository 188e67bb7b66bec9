/** One argument of a program, as far as it is known. */
export interface Argument {
  /** What the program is handed; as written where that is unknown. */
  readonly text: string;
  /** As written. */
  readonly raw: string;
  /** Starts with a `~/` that the shell replaces. */
  readonly tilde: boolean;
  /** The name of a file that a pattern found, which begins with whatever that file's name begins with. */
  readonly wild?: boolean;
  /** It stands for any of many names below this folder, seen from it. */
  readonly base?: string;
  /** It is not known what the program is handed. */
  readonly unknown?: Unknown;
}

export interface Unknown {
  /** Whole numbers; names of commits and the like, which begin with a letter or a digit; or anything at all. */
  readonly kind: "number" | "id" | "any";
  /** What it begins with for certain. */
  readonly head: string;
  /** It can be several arguments, or none. */
  readonly loose: boolean;
  /** Where only numbers in it are not known: what it is with a sign of one's own in place of each. */
  readonly numbered?: (number: string) => string;
  /** What it is where what is not known turns out to be nothing. */
  readonly without?: string;
}

export function literal(text: string, raw: string = text): Argument {
  return { text, raw, tilde: false };
}

/** Whether an argument can be taken for an option. */
export function mayBeOption({ text, unknown, wild }: Argument): boolean {
  if (wild) return true;
  if (!unknown) return text.startsWith("-") && text !== "-";
  return unknown.head === "" ? unknown.kind === "any" : unknown.head.startsWith("-");
}

/** One of many files, or what a pattern found: there can be more of them, or fewer, and in another order. */
export function isFound({ text, raw, base }: Argument): boolean {
  return base !== undefined || (text !== raw && /[*?[]/.test(raw.replaceAll(QUOTED, "")));
}

const QUOTED = /'[^']*'|"(?:[^"\\]|\\[\s\S])*"|\\[\s\S]/g;
