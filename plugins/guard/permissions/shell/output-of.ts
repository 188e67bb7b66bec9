import { readdirSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { isWithin } from "../../../../schemas/is-within.js";
import { isFound, type Argument } from "./argument.js";
import { findWords } from "./find-words.js";
import { gitOutput } from "./git-output.js";
import { isOdd } from "./name-offence.js";
import type { Place } from "../paths/judge-path.js";
import { keptNames } from "../paths/kept-names.js";
import { isFolder } from "../paths/is-folder.js";
import { namesOf, type Listing } from "./scan-folder.js";
import { ANY, MAYBE_NUMBER, MOST_TEXTS, NOTHING, NUMBER, texts, type Value } from "./value.js";
import { unwrapped } from "./unwrap.js";

/** Where a command stands when its output is asked for. */
export interface Standing {
  readonly cwds: readonly string[];
  readonly place: Place;
  readonly input?: Value;
}

type Teller = (args: readonly Argument[], standing: Standing) => Value;

/** Programs that hand on lines, some of them or in another order. */
function passes(options: RegExp): Teller {
  const whole = new RegExp(`^(?:(?:${options.source})(?: |$))*$`);
  return (args, { input }) =>
    certain(args) &&
    whole.test(
      args
        .slice(1)
        .map(({ text }) => text)
        .join(" "),
    )
      ? (input ?? NOTHING)
      : ANY;
}

const TELLERS: ReadonlyMap<string, Teller> = new Map<string, Teller>([
  ...["head", "tail"].map((name) => [name, passes(/-\d+|-n ?[-+]?\d+|--lines=\d+|-q/)] as const),
  ["sort", passes(/-[bdfghinrRuVsz]+|-k ?\d[\d.,a-z]*|-t ?[^\s-]|--(?:reverse|unique|numeric-sort|version-sort)/)],
  ["uniq", passes(/-[udi]+/)],
  ["shuf", passes(/-n ?\d+/)],
  ["cat", passes(/-(?!.)/)],
  ["tac", (args, standing) => (isOpen(standing.input) ? ANY : passes(/-(?!.)/)(args, standing))],
  ["grep", grep],
  ["egrep", grep],
  ["fgrep", grep],
  ["echo", words],
  ["printf", printed],
  ["pwd", (_, { cwds }) => texts(...cwds)],
  ["basename", (args) => mapped(args, (text) => basename(text))],
  ["dirname", (args) => mapped(args, (text) => dirname(text))],
  ["seq", (args) => (args.slice(1).every(isCount) ? NUMBER : ANY)],
  ["nproc", () => NUMBER],
  ["date", (args) => (args.length === 2 && args[1]!.text === "+%s" ? NUMBER : ANY)],
  ["wc", counted],
  ["cut", (args, { input }) => firstField(args, /^(?:-d ?: -f ?1|-f ?1 -d ?:)$/, ":", input)],
  ["awk", (args, { input }) => firstField(args, /^(?:-F ?: )?\{ ?print \$1;? ?\}$/, awkSign(args), input)],
  [
    "tr",
    (args, { input }) =>
      /^-d (?: |\[:space:\]|\[:blank:\])$/.test(textsOf(args)) && input?.kind === "number" ? MAYBE_NUMBER : ANY,
  ],
  ["find", found],
  ["ls", listed],
  ["rg", (args, standing) => (lists(args, /^(?:-l|--files|--files-with-matches)$/) ? below(args, standing) : ANY)],
  ["git", (args, standing) => gitOutput(args, only(standing), standing.place)],
]);

/** The lines that a command can write; none that are known where nothing is. */
export function outputOf(given: readonly Argument[], standing: Standing): Value {
  if (given.length === 0 || given.some(({ unknown }) => unknown?.loose)) return ANY;
  const { words: args, more } = unwrapped(given);
  return (more ? undefined : TELLERS.get(args[0]!.text))?.(args, standing) ?? ANY;
}

const certain = (args: readonly Argument[]): boolean => args.every(({ unknown }) => !unknown);
const lists = (args: readonly Argument[], option: RegExp): boolean => args.some(({ text }) => option.test(text));

const isOpen = (input: Value | undefined): boolean => input?.kind === "texts" && input.open === true;
const isCount = ({ text, unknown }: Argument): boolean =>
  unknown?.kind === "number" || (!unknown && /^-?\d+$|^-w$/.test(text));

function words(args: readonly Argument[]): Value {
  const rest = args.slice(1);
  const [first] = rest;
  if (rest.length === 1 && first!.unknown?.kind === "number") return MAYBE_NUMBER;
  if (rest.length === 1 && first!.base !== undefined) return { kind: "names", base: first!.base, sample: first!.text };
  return certain(rest) && !rest.some(isFound) && !(first?.text ?? "").startsWith("-")
    ? texts(rest.map(({ text }) => text).join(" "))
    : ANY;
}

function printed(args: readonly Argument[]): Value {
  const [, format, ...rest] = args;
  if (!format || format.unknown || !certain(rest) || rest.some(({ base }) => base !== undefined)) return ANY;
  const open = !format.text.endsWith("\\n");
  if (rest.length === 0 && /^[^%\\]*(?:\\n[^%\\]*)*$/.test(format.text)) {
    const lines = texts(...format.text.split("\\n"));
    return open && lines.kind === "texts" ? { ...lines, open } : lines;
  }
  // Without an end of line they are one.
  if (!/^%s(?:\\n|\\0)?$/.test(format.text) || (open && rest.length > 1)) return ANY;
  return open ? { kind: "texts", texts: rest.map(({ text }) => text), open } : texts(...rest.map(({ text }) => text));
}

function mapped(args: readonly Argument[], change: (text: string) => string): Value {
  const [, first, ...more] = args;
  return first && more.length === 0 && certain(args) && first.base === undefined && !first.text.startsWith("-")
    ? texts(change(first.text))
    : ANY;
}

const textsOf = (args: readonly Argument[]): string =>
  certain(args)
    ? args
        .slice(1)
        .map(({ text }) => text)
        .join(" ")
    : "?";

/** Lines that begin with a number which another program has put there. */
function firstField(args: readonly Argument[], form: RegExp, after: ":" | " ", input: Value | undefined): Value {
  return form.test(textsOf(args)) && input?.kind === "any" && input.after === after ? MAYBE_NUMBER : ANY;
}

const awkSign = (args: readonly Argument[]): ":" | " " => (args[1]?.text.startsWith("-F") ? ":" : " ");

/** One count alone, where its input is counted, or before the names of files. */
function counted(args: readonly Argument[], { input }: Standing): Value {
  const [, option, ...files] = args;
  if (!option || option.unknown || !/^-[lwcm]$/.test(option.text)) return ANY;
  if (files.length > 0) return certain(files) && files.every(isPlain) ? { kind: "any", after: " " } : ANY;
  return input ? MAYBE_NUMBER : ANY;
}

const isPlain = ({ text, base }: Argument): boolean => base === undefined && /^[\w./@+-]+$/.test(text);

/** `grep -n` in one file, or in what it is handed. */
function numbersLines(args: readonly Argument[]): boolean {
  const options = args.slice(1).filter(({ text }) => text.startsWith("-"));
  const [, ...files] = args.slice(1).filter(({ text }) => !text.startsWith("-"));
  const known = options.every(({ text }) => /^-(?:[niEFPGwxaov]+|m\d+)$/.test(text));
  return known && lists(options, /n/) && certain(args) && files.length <= 1 && files.every(isPlain);
}

function grep(args: readonly Argument[], standing: Standing): Value {
  if (numbersLines(args)) return { kind: "any", after: ":" };
  if (lists(args, /^-[a-zA-Z]*(?:rl|lr)[a-zA-Z]*$/)) return below(args, standing);
  if (args.length === 3 && args[1]!.text === "-c") return standing.input ? MAYBE_NUMBER : ANY;
  const options = args.slice(1).filter(({ text }) => text.startsWith("-"));
  const whole = options.every(({ text }) => /^-[viEFPGwxasz]+$/.test(text));
  return whole && certain(args) && args.length === options.length + 2 ? (standing.input ?? NOTHING) : ANY;
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
  return findWords(args)?.runs ? ANY : namesFound(args, standing);
}

/** The names that a `find` comes across, for what it prints or runs. */
export function namesFound(args: readonly Argument[], standing: Standing): Value {
  const cwd = only(standing);
  const read = findWords(args);
  if (!read || cwd === undefined || !certain(args)) return ANY;
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
  const named = operands.slice(files ? 0 : 1).map(({ text }) => resolve(cwd, text));
  const paths = named.length > 0 ? named : [cwd];
  const isChosen = args.some(({ text }) => /^-[A-Za-z]*[gt]|^--(?:i?glob|type)/.test(text));
  const visible = !hidden && !isChosen && paths.every((one) => keptNames(one, standing.place).length === 0);
  return all(paths, cwd, { ...PLAIN, files: true, visible }, standing);
}

function listed(args: readonly Argument[], standing: Standing): Value {
  const cwd = only(standing);
  const options = args.slice(1).filter(({ text }) => text.startsWith("-"));
  // With -a the folder above would be among the names.
  if (cwd === undefined || !certain(args) || !options.every(({ text }) => /^-[1trSAd]+$/.test(text))) return ANY;
  const operands = args.slice(1).filter(({ text }) => !text.startsWith("-"));
  const [folder = { text: ".", tilde: false }] = operands;
  if (operands.some(({ tilde }) => tilde)) return ANY;
  const named = texts(...operands.map(({ text }) => text));
  if (lists(options, /d/)) return operands.length > 0 ? named : texts(".");
  // Of a folder only the names in it are listed, which say nothing about where it is.
  if (operands.every(({ text }) => !isFolder(resolve(cwd, text))) && operands.length > 0) return named;
  return operands.length > 1 ? ANY : entriesOf(resolve(cwd, folder.text), !lists(options, /A/), standing);
}

function entriesOf(folder: string, visible: boolean, standing: Standing): Value {
  const names = listOf(folder)?.filter((name) => !visible || !name.startsWith("."));
  if (!names) return ANY;
  if (names.length > MOST_TEXTS || names.some(isOdd)) return all([folder], folder, { ...PLAIN, visible }, standing);
  return texts(...names);
}

function listOf(folder: string): readonly string[] | undefined {
  try {
    return readdirSync(folder);
  } catch {
    return undefined;
  }
}
