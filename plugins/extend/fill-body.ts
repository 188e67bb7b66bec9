import { own } from "../../schemas/own.js";
import { splitWords } from "./split-words.js";

/** What the placeholders of a body stand for. */
export interface Values {
  /** Everything typed behind the name. */
  readonly args: string;
  /** Names of positions. */
  readonly names?: readonly string[];
  /** By full name: `CLAUDE_SKILL_DIR`, `PLUGIN_ROOT`, `user_config.KEY`. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Fills one piece of text; what it puts in is not looked at again. */
export type Fill = (text: string) => string;

/** `${NAME}`, `${NAME:-otherwise}`; or, behind any backslashes, `$3`, `$ARGUMENTS[3]`, `$name`. */
const PLACEHOLDER =
  /\$\{([A-Za-z_][\w.]*)(?::-[^}\n]{0,1000})?\}|(?<!\\)(\\*)\$(?:(\d{1,3})(?!\d|[.,]\d)|([A-Za-z_]\w*)(?:\[(\d{1,3})\])?)/g;

/** Puts arguments and variables into text, in one pass. A number without an argument stays as it is written. */
export function filler({ args, names = [], variables }: Values): Fill {
  let words: readonly string[] | undefined;
  const word = (place: number): string | undefined => (words ??= splitWords(args))[place];
  const named = (name: string, place: string | undefined): string | undefined => {
    const tail = place === undefined ? "" : `[${place}]`;
    if (name === "ARGUMENTS") return place === undefined ? args : word(Number(place));
    const at = names.indexOf(name);
    return at >= 0 ? (word(at) ?? "") + tail : undefined;
  };
  const fill = (whole: string, ...parts: readonly (string | undefined)[]): string => {
    const [braced, slashes = "", digits, name, place] = parts;
    if (braced !== undefined) return own(variables, braced) ?? whole;
    const value = digits === undefined ? named(name!, place) : word(Number(digits));
    const isOurs = digits !== undefined || name === "ARGUMENTS" || names.includes(name!);
    if (slashes === "\\" && isOurs) return whole.slice(1);
    if (value !== undefined) return slashes + value;
    const bare = name === undefined ? undefined : own(variables, name);
    return bare === undefined ? whole : slashes + bare + (place === undefined ? "" : `[${place}]`);
  };
  return (text) => text.replace(PLACEHOLDER, fill);
}

/** Whether a body says itself where the arguments belong. */
export function takesArguments(body: string): boolean {
  return /(?<!(?<!\\)\\)\$ARGUMENTS(?!\w)/.test(body);
}
