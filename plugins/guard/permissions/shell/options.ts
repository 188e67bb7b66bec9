import { mayBeOption, type Argument } from "./argument.js";

/** The options a command is known by. Whatever is not listed is not accepted. */
export interface Options {
  /** Short options without a value; they may be joined. */
  readonly short?: string;
  /** Short options that always take a value, joined or as the next word. */
  readonly valued?: string;
  /** The same, where the value is a number. */
  readonly numeric?: string;
  /** Short options that take a value only when it is joined. */
  readonly joined?: string;
  /** Long options, parted by spaces: `name`, `name=` with a value, `name?` with or without one. */
  readonly long?: string;
  /**
   * The value of a long option may also be the next word: of any, or of these. Only where it is so in every version of a
   * program, as the word would be something else otherwise.
   */
  readonly separate?: boolean | string;
  /** `-5` stands for a number of lines. */
  readonly digits?: boolean;
  /** Short options are never joined: what looks so is another option. */
  readonly lone?: boolean;
  /** No option at all can make it do more than read what it is told to. */
  readonly lax?: boolean;
}

export interface Parsed {
  readonly operands: readonly Argument[];
  /** Options as they were named, without dashes and values. */
  readonly given: ReadonlySet<string>;
  /** Values of options, by the option. */
  readonly values: ReadonlyMap<string, readonly string[]>;
}

interface Draft {
  readonly words: readonly Argument[];
  readonly operands: Argument[];
  readonly given: Set<string>;
  readonly values: Map<string, string[]>;
  place: number;
}

const longOptions = new WeakMap<Options, ReadonlyMap<string, "" | "=" | "?">>();

function longOf(options: Options): ReadonlyMap<string, "" | "=" | "?"> {
  let found = longOptions.get(options);
  if (!found) {
    const names = (options.long ?? "").split(" ");
    found = new Map(
      names.map((name) => [name.replace(/[=?]$/, ""), (/[=?]$/.exec(name)?.[0] ?? "") as "" | "=" | "?"]),
    );
    longOptions.set(options, found);
  }
  return found;
}

/**
 * Takes the words after a command apart by the options it is known by: joined short options one by one, long options
 * only in full. Undefined as soon as one is not listed, or what it takes is not certain.
 */
export function parseOptions(words: readonly Argument[], options: Options): Parsed | undefined {
  const draft: Draft = { words, operands: [], given: new Set(), values: new Map(), place: 0 };
  for (let ended = false; draft.place < words.length; draft.place++) {
    const word = words[draft.place]!;
    const { text } = word;
    if (ended || (options.lax && (word.wild || word.unknown?.head === "")) || !mayBeOption(word))
      draft.operands.push(word);
    else if (word.unknown || word.wild) {
      if (!takesValue(word, options)) return undefined;
    } else if (text === "--") ended = true;
    else if (options.digits && /^-\d+$/.test(text)) draft.given.add("digits");
    else if (!(text.startsWith("--") ? takeLong(text, options, draft) : takeShort(text, options, draft)))
      return undefined;
  }
  return draft;
}

/** `--name=$x` and `-n$x`, where all that is not known is the value. */
function takesValue({ unknown }: Argument, options: Options): boolean {
  if (!unknown || (unknown.loose && unknown.kind === "any")) return false;
  const { head } = unknown;
  const long = /^--([\w-]+)=/.exec(head)?.[1];
  if (long !== undefined) return /[=?]/.test(longOf(options).get(long) ?? "");
  return /^-[A-Za-z]$/.test(head) && ((options.valued ?? "") + (options.numeric ?? "")).includes(head[1]!);
}

function takeLong(text: string, options: Options, draft: Draft): boolean {
  const equals = text.indexOf("=");
  const name = text.slice(2, equals < 0 ? undefined : equals);
  const kind = longOf(options).get(name);
  if (kind === undefined || name === "") return false;
  if (equals >= 0) return kind !== "" && take(draft, name, text.slice(equals + 1));
  if (kind !== "=") return take(draft, name);
  const { separate = "" } = options;
  const isApart = separate === true || (separate !== false && separate.split(" ").includes(name));
  const value = isApart ? nextWord(draft) : undefined;
  return value !== undefined && take(draft, name, value);
}

function takeShort(
  text: string,
  { short = "", valued = "", numeric = "", joined = "", lone = false }: Options,
  draft: Draft,
): boolean {
  if (lone && text.length > 2 && short.includes(text[1]!)) return false;
  for (let place = 1; place < text.length; place++) {
    const letter = text[place]!;
    const rest = text.slice(place + 1);
    if (short.includes(letter)) take(draft, letter);
    else if (joined.includes(letter)) return take(draft, letter, rest);
    else if (numeric.includes(letter)) {
      const value = rest === "" ? draft.words[++draft.place] : { text: rest };
      return value !== undefined && isNumber(value) && take(draft, letter, value.text);
    } else if (valued.includes(letter)) {
      const value = rest === "" ? nextWord(draft) : rest;
      return value !== undefined && take(draft, letter, value);
    } else return false;
  }
  return true;
}

function isNumber({ text, unknown }: Pick<Argument, "text" | "unknown">): boolean {
  return unknown ? !unknown.loose && unknown.head === "" : /^[+-]?(?:\d+[A-Za-z]*|0x[\dA-Fa-f]+)$/.test(text);
}

/** The next word as a value: one that looks like an option is too doubtful. */
function nextWord(draft: Draft): string | undefined {
  const word = draft.words[++draft.place];
  if (word?.unknown) return word.unknown.loose && word.unknown.kind === "any" ? undefined : word.text;
  return word?.text.startsWith("-") || word?.wild ? undefined : word?.text;
}

function take({ given, values }: Draft, name: string, value?: string): boolean {
  given.add(name);
  if (value !== undefined) values.set(name, [...(values.get(name) ?? []), value]);
  return true;
}
