import { EXIT, UserError } from "./errors.js";
import type { Flag, FlagValue } from "./front.js";

/** A command line taken apart: flags by the names they are declared under, and the words that belong to none. */
export interface Parsed {
  readonly flags: Readonly<Record<string, FlagValue>>;
  readonly positionals: readonly string[];
}

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** Reads a command line by the flags that plugins declare. Throws a UserError for what nobody declared. */
export function parseArgv(argv: readonly string[], declared: readonly Flag[]): Parsed {
  // Who comes first keeps a name: what ships with nacre is not taken away by what a plugin from outside declares.
  const [known, shorts] = [new Map<string, Flag>(), new Map<string, Flag>()];
  for (const flag of declared) {
    for (const name of [flag.name, ...(flag.aliases ?? [])]) if (!known.has(name)) known.set(name, flag);
    if (flag.short !== undefined && !shorts.has(flag.short)) shorts.set(flag.short, flag);
  }
  const flags: Record<string, FlagValue> = {};
  const positionals: string[] = [];
  const words = [...argv];
  while (words.length > 0) {
    const word = words.shift()!;
    if (word === "--") positionals.push(...words.splice(0));
    else if (!/^-./.test(word) || /^-\d/.test(word)) positionals.push(word);
    else if (word.startsWith("--")) {
      const [name, value] = split(word.slice(2));
      const flag = known.get(name) ?? known.get(kebab(name));
      if (!flag) throw unknown(`--${name}`, [...known.keys()]);
      store(flags, flag, value, words);
    } else {
      for (let place = 1; place < word.length; place++) {
        const letter = word[place]!;
        const flag = shorts.get(letter);
        if (!flag) throw unknown(`-${letter}`, []);
        const rest = word.slice(place + 1);
        const takes = flag.type !== "boolean" && flag.type !== "optional" && rest !== "";
        store(flags, flag, takes ? rest : undefined, words);
        if (takes) break;
      }
    }
  }
  return { flags, positionals };
}

function split(word: string): [string, string | undefined] {
  const equals = word.indexOf("=");
  return equals < 0 ? [word, undefined] : [word.slice(0, equals), word.slice(equals + 1)];
}

function store(flags: Record<string, FlagValue>, flag: Flag, given: string | undefined, words: string[]): void {
  const { name, type } = flag;
  if (type === "boolean" || (type === "optional" && given === undefined)) {
    if (given !== undefined && given !== "true" && given !== "false")
      throw new UserError(`--${name} takes no value.`, EXIT.usage);
    flags[name] = given !== "false";
    return;
  }
  const value = given ?? words.shift();
  if (value === undefined) throw new UserError(`--${name} needs a value (${flag.value ?? "VALUE"}).`, EXIT.usage);
  const parts = type === "list" && value === "" ? [] : type === "list" ? value.split(",") : [value];
  const odd = flag.choices && parts.find((part) => !flag.choices?.includes(part));
  if (flag.choices && odd !== undefined) {
    throw new UserError(`--${name} must be one of ${flag.choices.join(", ")}, not "${odd}".`, EXIT.usage);
  }
  if (type === "number" && (value.trim() === "" || !Number.isFinite(Number(value)) || Number(value) < 0)) {
    throw new UserError(`--${name} must be a number of 0 or more, not "${value}".`, EXIT.usage);
  }
  const before = flags[name];
  if (type === "list") flags[name] = [...(Array.isArray(before) ? (before as string[]) : []), value];
  else flags[name] = type === "number" ? Number(value) : value;
}

function unknown(flag: string, names: readonly string[]): UserError {
  const near = names.find(
    (name) => flag.length > 4 && (name.startsWith(flag.slice(2, 6)) || flag.slice(2).startsWith(name)),
  );
  const hint = near === undefined ? "" : ` Did you mean --${near}?`;
  return new UserError(`Unknown flag ${flag}.${hint} See nacre --help.`, EXIT.usage);
}

/** Values of flags that are needed before anybody has declared anything. */
export function valuesOf(argv: readonly string[]): (name: string) => string[] {
  const end = argv.indexOf("--");
  const words = end < 0 ? argv : argv.slice(0, end);
  return (name) =>
    words.flatMap((word, place) => {
      const camel = name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
      for (const spelling of [`--${name}`, `--${camel}`]) {
        if (word.startsWith(`${spelling}=`)) return [word.slice(spelling.length + 1)];
        if (word === spelling && words[place + 1] !== undefined) return [words[place + 1]!];
      }
      return [];
    });
}
