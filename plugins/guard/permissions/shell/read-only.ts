import { readsWithGit } from "./git.js";
import { parseOptions, type Options, type Parsed } from "./options.js";
import { FIND_TESTS, READERS, type Reader } from "./read-only-table.js";
import { onlyPrints } from "./sed-program.js";
import type { Word } from "./simple-command.js";

type Judge = (words: readonly Word[]) => readonly Word[] | undefined;

const DATE: Options = { short: "uR", valued: "d", long: "utc universal date= iso-8601? rfc-3339= rfc-email" };
const SED: Options = {
  short: "nErsuz",
  valued: "e",
  long: "quiet silent regexp-extended expression= separate null-data",
};

/** Commands whose operands need more than a table. */
const SPECIAL: ReadonlyMap<string, Judge> = new Map<string, Judge>([
  ["echo", () => []],
  ["date", date],
  ["cd", cd],
  ["find", find],
  ["sed", sed],
  ["git", readsWithGit],
]);

/**
 * The words of a simple command that name what it reads, when it certainly does nothing else; undefined when it may
 * do more. An unknown command or option is never certain.
 */
export function readsOnly(words: readonly Word[]): readonly Word[] | undefined {
  const head = words[0]!.text;
  const special = SPECIAL.get(head);
  if (special) return special(words);
  const reader = READERS.get(head);
  return reader && table(words, reader);
}

function table(words: readonly Word[], reader: Reader): readonly Word[] | undefined {
  const parsed = parseOptions(words.slice(1), reader);
  if (!parsed || (reader.most !== undefined && parsed.operands.length > reader.most)) return undefined;
  switch (reader.operands) {
    case "none":
      return parsed.operands.length === 0 ? [] : undefined;
    case "text":
      return [];
    case "paths":
      return parsed.operands;
    case "search":
      return parsed.operands.slice(hasPattern(parsed) ? 0 : 1);
  }
}

/** The pattern stands in an option, or there is none. */
function hasPattern({ given }: Parsed): boolean {
  return ["e", "regexp", "files", "type-list"].some((option) => given.has(option));
}

/** Only formats: a bare operand would set the clock. */
function date(words: readonly Word[]): readonly Word[] | undefined {
  const parsed = parseOptions(words.slice(1), DATE);
  return parsed?.operands.every(({ text }) => text.startsWith("+")) ? [] : undefined;
}

/** One folder, spelled out. */
function cd(words: readonly Word[]): readonly Word[] | undefined {
  return words.length === 2 && words[1]!.text !== "" && !words[1]!.text.startsWith("-") ? [words[1]!] : undefined;
}

function find(words: readonly Word[]): readonly Word[] | undefined {
  let place = words[1]?.text === "-H" || words[1]?.text === "-P" ? 2 : 1;
  const paths: Word[] = [];
  for (; place < words.length && !/^[-(),!]/.test(words[place]!.text); place++) paths.push(words[place]!);
  while (place < words.length) {
    const arity = FIND_TESTS.get(words[place]!.text);
    if (arity === undefined || place + arity >= words.length) return undefined;
    place += 1 + arity;
  }
  return paths;
}

function sed(words: readonly Word[]): readonly Word[] | undefined {
  const parsed = parseOptions(words.slice(1), SED);
  if (!parsed || !["n", "quiet", "silent"].some((option) => parsed.given.has(option))) return undefined;
  const programs = [...(parsed.values.get("e") ?? []), ...(parsed.values.get("expression") ?? [])];
  const operands = programs.length > 0 ? parsed.operands : parsed.operands.slice(1);
  const all = programs.length > 0 ? programs : parsed.operands.slice(0, 1).map(({ text }) => text);
  return all.length > 0 && all.every((program) => onlyPrints(program)) ? operands : undefined;
}
