import type { Argument } from "./argument.js";
import { isShowing } from "./variables.js";

/** How many words a wrapper takes for itself; undefined when its options are not certainly understood. */
type Own = (words: readonly string[]) => number | undefined;

const alone: Own = (words) => (words[1]?.startsWith("-") ? undefined : 1);

function timeout(words: readonly string[]): number | undefined {
  let place = 1;
  for (; words[place]?.startsWith("-"); place++) {
    if (/^-[ks]$/.test(words[place]!)) place++;
    else if (
      !/^(?:-v|--verbose|--foreground|--preserve-status|-[ks]\w+|--(?:signal|kill-after)=\w+)$/.test(words[place]!)
    ) {
      return undefined;
    }
  }
  return /^\d+(?:\.\d+)?[smhd]?$/.test(words[place] ?? "") ? place + 1 : undefined;
}

function nice(words: readonly string[]): number | undefined {
  if (words[1] === "-n") return /^-?\d+$/.test(words[2] ?? "") ? 3 : undefined;
  if (/^-(?:n?-?\d+)$/.test(words[1] ?? "")) return 2;
  return alone(words);
}

function stdbuf(words: readonly string[]): number | undefined {
  let place = 1;
  while (/^-[ioe](?:L|\d+[KMG]?)$/.test(words[place] ?? "")) place++;
  return words[place]?.startsWith("-") ? undefined : place;
}

const WRAPPERS: ReadonlyMap<string, Own> = new Map<string, Own>([
  ["timeout", timeout],
  ["nice", nice],
  ["stdbuf", stdbuf],
  ["time", (words) => (words[1] === "-p" ? 2 : alone(words))],
  ["nohup", alone],
  ["command", alone],
  ["builtin", alone],
  ["noglob", alone],
  ["xargs", alone],
]);

/** A command without `env` before it, where that only says how something is shown. */
export function withoutEnv(words: readonly Argument[]): readonly Argument[] {
  if (words[0]?.text !== "env") return words;
  let place = 1;
  for (; place < words.length; place++) {
    const { text, unknown, wild } = words[place]!;
    const [, name, value] = /^(\w+)=(.*)$/s.exec(text) ?? [];
    if (name === undefined) break;
    if (unknown || wild || !isShowing(name, value!)) return words;
  }
  const head = words[place];
  // Quotes within the name of a command hide what it is.
  const isPlain = head && !head.unknown && !head.wild && head.raw === head.text && !head.text.startsWith("-");
  return place > 1 && isPlain ? words.slice(place) : words;
}

export interface Unwrapped {
  readonly words: readonly Argument[];
  /** More arguments come from the input. */
  readonly more: boolean;
}

/** A command without what only says how it is run. Stops where a wrapper is used in a way that is not known. */
export function unwrapped(given: readonly Argument[]): Unwrapped {
  let words = given;
  let more = false;
  for (let depth = 0; depth < 5; depth++) {
    const own = WRAPPERS.get(words[0]!.text)?.(words.map(({ text }) => text));
    if (own === undefined || own >= words.length) break;
    more ||= words[0]!.text === "xargs";
    words = words.slice(own);
  }
  return { words, more };
}
