import { basename, dirname, resolve } from "node:path";
import type { Argument } from "./argument.js";
import { findWords } from "./find-words.js";
import { repositoryRoot } from "./git.js";
import { isWithin, type Place } from "../paths/judge-path.js";
import { namesOf, type Listing } from "./scan-folder.js";
import { ANY, ID, NOTHING, NUMBER, texts, type Value } from "./value.js";
import { unwrapped } from "./unwrap.js";

/** Where a command stands when its output is asked for. */
export interface Standing {
  readonly cwds: readonly string[];
  readonly place: Place;
  readonly input?: Value;
}

type Teller = (args: readonly Argument[], standing: Standing) => Value;

/** Programs that hand on lines, some of them or in another order. */
const PASSES: Teller = (args, { input }) => {
  const operands = args.slice(1).filter(({ text }) => !text.startsWith("-") && !/^\d+$/.test(text));
  return operands.length === 0 ? (input ?? NOTHING) : ANY;
};
const NAMES: Teller = (args, { input }) =>
  args.length <= 2 || /^-[vE]+$/.test(args[1]!.text) ? (input ?? NOTHING) : ANY;

const TELLERS: ReadonlyMap<string, Teller> = new Map<string, Teller>([
  ...["sort", "uniq", "head", "tail", "tac", "shuf", "cat"].map((name) => [name, PASSES] as const),
  ["grep", grep],
  ["echo", words],
  ["printf", printed],
  ["pwd", (_, { cwds }) => texts(...cwds)],
  ["basename", (args) => mapped(args, (text) => basename(text))],
  ["dirname", (args) => mapped(args, (text) => dirname(text))],
  ["seq", () => NUMBER],
  ["nproc", () => NUMBER],
  ["date", (args) => (args.length === 2 && args[1]!.text === "+%s" ? NUMBER : ANY)],
  ["wc", (args, { input }) => (input && args.length === 2 && /^-[lwcm]$/.test(args[1]!.text) ? NUMBER : ANY)],
  ["find", found],
  ["ls", listed],
  ["rg", (args, standing) => (lists(args, /^(?:-l|--files|--files-with-matches)$/) ? below(args, standing) : ANY)],
  ["git", git],
]);

/** The lines that a command can write; none that are known where nothing is. */
export function outputOf(given: readonly Argument[], standing: Standing): Value {
  if (given.length === 0 || given.some(({ unknown }) => unknown?.loose)) return ANY;
  const { words: args, more } = unwrapped(given);
  return (more ? undefined : TELLERS.get(args[0]!.text))?.(args, standing) ?? ANY;
}

const certain = (args: readonly Argument[]): boolean => args.every(({ unknown }) => !unknown);
const lists = (args: readonly Argument[], option: RegExp): boolean => args.some(({ text }) => option.test(text));

function words(args: readonly Argument[]): Value {
  const rest = args.slice(1);
  if (rest.length === 1 && rest[0]!.unknown?.kind === "number") return NUMBER;
  return certain(rest) && !(rest[0]?.text ?? "").startsWith("-") ? texts(rest.map(({ text }) => text).join(" ")) : ANY;
}

function printed(args: readonly Argument[]): Value {
  const [, format, ...rest] = args;
  if (!format || format.unknown || !/^%s(?:\\n|\\0)?$/.test(format.text)) return ANY;
  return certain(rest) ? texts(...rest.map(({ text }) => text)) : ANY;
}

function mapped(args: readonly Argument[], change: (text: string) => string): Value {
  return args.length === 2 && certain(args) && !args[1]!.text.startsWith("-") ? texts(change(args[1]!.text)) : ANY;
}

function grep(args: readonly Argument[], standing: Standing): Value {
  if (lists(args, /^-[a-zA-Z]*(?:rl|lr)[a-zA-Z]*$/)) return below(args, standing);
  if (args.length === 3 && args[1]!.text === "-c") return standing.input ? NUMBER : ANY;
  return NAMES(args, standing) === ANY ? PASSES([args[0]!, ...args.slice(2)], standing) : NAMES(args, standing);
}

/** One folder that the command can stand in; lists are only known then. */
function only({ cwds }: Standing): string | undefined {
  return cwds.length === 1 ? cwds[0] : undefined;
}

const PLAIN: Pick<Listing, "patterns" | "files" | "visible" | "without"> = {
  patterns: [],
  files: false,
  visible: false,
  without: [],
};

function found(args: readonly Argument[], standing: Standing): Value {
  const cwd = only(standing);
  const read = findWords(args);
  if (!read || cwd === undefined || read.runs || !certain(args)) return ANY;
  const folders = read.paths.length > 0 ? read.paths.map(({ text }) => resolve(cwd, text)) : [cwd];
  return all(folders, cwd, { ...PLAIN, ...read.names }, standing);
}

function all(folders: readonly string[], cwd: string, how: typeof PLAIN, { place }: Standing): Value {
  let value: Value | undefined;
  for (const folder of folders) {
    if (!place.folders.some((dir) => isWithin(dir, folder))) return ANY;
    const names = namesOf({ folder, cwd, ...how }, place);
    if (names.kind !== "names") return names;
    value ??= names;
    if (folders.length > 1) value = { ...names, sample: cwd };
  }
  return value ?? ANY;
}

/** `rg -l`, `grep -rl`: names below what they are told to search. */
function below(args: readonly Argument[], standing: Standing): Value {
  const cwd = only(standing);
  if (cwd === undefined || !certain(args)) return ANY;
  const operands = args.slice(1).filter(({ text }) => !text.startsWith("-"));
  const hidden = args[0]!.text !== "rg" || lists(args, /^(?:--hidden|-[a-zA-Z]*[u.])/);
  const files = lists(args, /^--files$/);
  const paths = operands.slice(files ? 0 : 1).map(({ text }) => resolve(cwd, text));
  return all(paths.length > 0 ? paths : [cwd], cwd, { ...PLAIN, files: true, visible: !hidden }, standing);
}

function listed(args: readonly Argument[], standing: Standing): Value {
  const cwd = only(standing);
  const options = args.slice(1).filter(({ text }) => text.startsWith("-"));
  if (cwd === undefined || !certain(args) || !options.every(({ text }) => /^-[1trSaA]+$/.test(text))) return ANY;
  const operands = args.slice(1).filter(({ text }) => !text.startsWith("-"));
  // Of a folder only the names in it are listed, which say nothing about where it is.
  const named = operands.filter(({ text }) => /[^/]\.[A-Za-z]\w*$/.test(text));
  if (operands.length > 0) return named.length === operands.length ? texts(...operands.map(({ text }) => text)) : ANY;
  return all([cwd], cwd, { ...PLAIN, visible: !options.some(({ text }) => /[aA]/.test(text)) }, standing);
}

function git(args: readonly Argument[], standing: Standing): Value {
  const cwd = only(standing);
  const rest = args.slice(1).filter(({ text }) => text !== "--no-pager");
  const [name, ...more] = rest.map(({ text }) => text);
  const plain = more.every((text) => !text.startsWith("-"));
  if (name === "rev-parse" && more.length === 1 && more[0] === "--show-toplevel") {
    const root = cwd === undefined ? undefined : repositoryRoot(cwd);
    return root === undefined ? ANY : texts(root);
  }
  // A commit that is not known is written as it was asked for.
  const commits = rest
    .slice(1)
    .every(
      ({ unknown, text }) =>
        unknown?.kind === "id" || (!unknown && /^[\w@][\w@^~{}./-]*$|^--(?:short|verify|all|octopus)$/.test(text)),
    );
  if (name === "merge-base" && commits) return ID;
  if (name === "rev-parse" && commits) return ID;
  if (name === "rev-list" && more.some((text) => text === "--count")) return NUMBER;
  if (cwd === undefined || !certain(args)) return ANY;
  if (
    name === "ls-files" &&
    more.every(
      (text) =>
        !text.startsWith("-") ||
        text === "--" ||
        /^-[cmoz]$|^--(?:cached|modified|others|exclude-standard)$/.test(text),
    )
  ) {
    const patterns = more.filter((text) => !text.startsWith("-")).map((text) => text.replace(/^.*\//, ""));
    return all(
      [cwd],
      cwd,
      { ...PLAIN, patterns: patterns.every((one) => one !== "" && /[*.]/.test(one)) ? patterns : [] },
      standing,
    );
  }
  const namesOnly = /^(?:diff|show)$/.test(name ?? "") && more.includes("--name-only") && repositoryRoot(cwd) === cwd;
  if (namesOnly || (name === "grep" && more.includes("-l") && plain)) return all([cwd], cwd, PLAIN, standing);
  return ANY;
}
