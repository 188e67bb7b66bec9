import { isFound, literal, mayBeOption, type Argument } from "./argument.js";
import { onlyLooks } from "./awk-program.js";
import { findWords } from "./find-words.js";
import { readsWithGit } from "./git.js";
import { parseOptions, type Options, type Parsed } from "./options.js";
import { readsAsTest } from "./reads-as-test.js";
import { READERS } from "./read-only-table.js";
import type { Reader } from "./reader-options.js";
import { onlyPrints } from "./sed-program.js";
import { readsWithTool } from "./tool-readers.js";
import { isSecretName } from "./variables.js";

type Judge = (words: readonly Argument[]) => readonly Argument[] | undefined;

const DATE: Options = {
  short: "uRjn",
  valued: "dr",
  long: "utc universal date= iso-8601? rfc-3339= rfc-email reference=",
  joined: "I",
};
const SED: Options = {
  short: "nErsuz",
  valued: "e",
  long: "quiet silent regexp-extended expression= separate null-data posix debug",
};
const AWK: Options = { valued: "Fv" };
const READ: Options = { short: "rse", valued: "dp", numeric: "nNt" };

/** Commands whose operands need more than a table. */
const SPECIAL: ReadonlyMap<string, Judge> = new Map<string, Judge>([
  ["echo", () => []],
  ["printf", printf],
  ["date", date],
  ["cd", cd],
  ["find", find],
  ["sed", sed],
  ["git", readsWithGit],
  ["test", readsAsTest],
  ["[", readsAsTest],
  ["read", read],
  ["set", set],
  ["export", exported],
  ["command", command],
  ["printenv", printenv],
  ["file", file],
  ["less", pager],
  ["more", pager],
  ["pushd", pushd],
  ["popd", alone],
  ["local", locals],
  ["shopt", (words) => (textsAfter(words) === "-s globstar" ? [] : undefined)],
  ["mapfile", lines],
  ["readarray", lines],
  ["tee", (words) => (words.slice(1).every(({ text }) => NOWHERE.test(text)) ? [] : undefined)],
  ["umask", (words) => (/^(?:|-[Sp])$/.test(textsAfter(words)) ? [] : undefined)],
  ["ulimit", (words) => (/^-[HS]?[a-zA-Z]$/.test(textsAfter(words)) ? [] : undefined)],
  ["stty", (words) => (/^(?:size|-a|)$/.test(textsAfter(words)) ? [] : undefined)],
  ["man", manual],
  ["tldr", page],
  ...["awk", "gawk", "mawk", "nawk"].map((name) => [name, awk] as const),
]);

/** What they are told first says what they do; what they are told next are files. */
const BY_FIRST: ReadonlySet<string> = new Set("printf sed awk gawk mawk nawk".split(" "));

/** Whether a pattern can find what says what a program does: which of the names that it finds comes first is not certain. */
function isChosen(words: readonly Argument[]): boolean {
  const head = words[0]!.text;
  const isLong = !BY_FIRST.has(head) || words[1]?.text.startsWith("-");
  if (!BY_FIRST.has(head) && head !== "git" && (SPECIAL.has(head) || READERS.has(head))) return false;
  return words.slice(1, isLong ? 3 : 2).some(isFound);
}

/** What is written there is kept nowhere. */
const NOWHERE = /^\/dev\/(?:null|stdout|stderr)$/;

/**
 * The words of a simple command that name what it reads, when it certainly does nothing else; undefined when it may
 * do more. An unknown command or option is never certain.
 */
export function readsOnly(words: readonly Argument[]): readonly Argument[] | undefined {
  const head = words[0]!.text;
  const special = SPECIAL.get(head);
  const reader = READERS.get(head);
  if (isChosen(words)) return undefined;
  if (special) return special(words);
  return reader ? table(words, reader) : readsWithTool(words);
}

function table(words: readonly Argument[], reader: Reader): readonly Argument[] | undefined {
  const parsed = parseOptions(words.slice(1), reader);
  if (!parsed || (reader.most !== undefined && mayExceed(parsed, reader.most))) return undefined;
  if (reader.listed && words.some(({ text, unknown }) => text.startsWith("@") || unknown)) return undefined;
  switch (reader.operands) {
    case "none":
      return parsed.operands.length === 0 ? [] : undefined;
    case "text":
      return [];
    case "paths":
      return known(parsed.operands);
    case "search":
      return search(parsed, words);
  }
}

function mayExceed({ operands }: Parsed, most: number): boolean {
  return operands.length > most || operands.some(({ unknown, base }) => unknown !== undefined || base !== undefined);
}

/** Paths have to be known. A number or the name of a commit is no more than a name in the folder. */
function known(operands: readonly Argument[]): readonly Argument[] | undefined {
  const certain = operands.every(({ unknown }) => !unknown || (unknown.kind !== "any" && unknown.head === ""));
  return certain ? operands : undefined;
}

function search(parsed: Parsed, words: readonly Argument[]): readonly Argument[] | undefined {
  const { operands, given, values } = parsed;
  const lists = (given.has("f") && values.get("f")) || [];
  if (lists.length > 0) {
    const isCertain = !words.some(({ unknown }) => unknown) && !lists.some((file) => file.startsWith("~"));
    // Without a place to search it can be the whole folder.
    const places = operands.length > 0 ? operands : [literal(".")];
    return isCertain ? [...lists.map((file) => literal(file)), ...places] : undefined;
  }
  // The pattern stands in an option, or there is none.
  if (["e", "f", "regexp", "files", "type-list"].some((option) => given.has(option))) return known(operands);
  return operands[0]?.unknown?.loose ? undefined : known(operands.slice(operands[0] && isFound(operands[0]) ? 0 : 1));
}

/** What it runs is judged by those who take it apart. */
function find(words: readonly Argument[]): readonly Argument[] | undefined {
  const found = findWords(words);
  return found?.runs ? undefined : found?.paths;
}

/** Its first word is a format: no option that sets a variable, and nothing in it that does. */
function printf(words: readonly Argument[]): readonly Argument[] | undefined {
  const format = words[1]?.text === "--" && !words[1].unknown ? words[2] : words[1];
  if (!format || format.unknown || format.wild || format.base !== undefined) return undefined;
  return (format === words[1] && format.text.startsWith("-")) || COUNTS.test(format.text.replaceAll("%%", ""))
    ? undefined
    : [];
}

/** The shell's own `printf` keeps in a variable how much it has written by then: in any, such as the one of its folders. */
const COUNTS = /%[-+ #0'*.\d]*[hjlLqtz]*n/;

/** Only formats: a bare operand would set the clock. */
function date(words: readonly Argument[]): readonly Argument[] | undefined {
  const parsed = parseOptions(words.slice(1), DATE);
  if (!parsed?.operands.every(({ text, unknown }) => text.startsWith("+") && unknown?.head !== "")) return undefined;
  const files = [...(parsed.values.get("r") ?? []), ...(parsed.values.get("reference") ?? [])];
  return files.map((text) => literal(text));
}

/** One folder, spelled out. */
function cd(words: readonly Argument[]): readonly Argument[] | undefined {
  const rest = words.slice(1).filter(({ text }) => text !== "--");
  const [to, ...more] = rest;
  return to && more.length === 0 && !to.unknown && to.text !== "" && !to.text.startsWith("-") ? [to] : undefined;
}

function pushd(words: readonly Argument[]): readonly Argument[] | undefined {
  return /^[^+]/.test(words[1]?.text ?? "") ? cd(words) : undefined;
}

function alone(words: readonly Argument[]): readonly Argument[] | undefined {
  return words.length === 1 ? [] : undefined;
}

const textsAfter = (words: readonly Argument[]): string =>
  words
    .slice(1)
    .map(({ text, unknown, wild }) => ((unknown ?? wild) ? "?" : text))
    .join(" ");

/** Pages by their names: one with a slash would be a file. */
const PAGES = /^(?:-[kf] )?(?:[1-9]\w{0,3} )?[A-Za-z0-9][\w.+:@-]*(?: [A-Za-z][\w.+:@-]*)?$/;

function manual(words: readonly Argument[]): readonly Argument[] | undefined {
  return PAGES.test(textsAfter(words)) ? [] : undefined;
}

function page(words: readonly Argument[]): readonly Argument[] | undefined {
  return /^[a-z0-9][\w.+-]*(?: [a-z][\w.+-]*)?$/.test(textsAfter(words)) ? [] : undefined;
}

function sed(words: readonly Argument[]): readonly Argument[] | undefined {
  const parsed = parseOptions(words.slice(1), SED);
  if (!parsed) return undefined;
  const programs = [...(parsed.values.get("e") ?? []), ...(parsed.values.get("expression") ?? [])];
  const [first] = parsed.operands;
  const own = first && programText(first, "1");
  if (programs.length === 0 && own === undefined) return undefined;
  if (words.some(({ unknown, raw }) => unknown && raw.startsWith("-"))) return undefined;
  const operands = programs.length > 0 ? parsed.operands : parsed.operands.slice(1);
  const all = programs.length > 0 ? programs : [own!];
  // The value of an option as it was written could hold anything.
  const certain = words.every(({ unknown, text }) => !unknown || !all.includes(text));
  return certain && all.every((program) => onlyPrints(program)) ? known(operands) : undefined;
}

/** A program for a tool, where nothing but numbers in it is not known. */
function programText({ text, unknown, wild }: Argument, number: string): string | undefined {
  return wild ? undefined : unknown ? unknown.numbered?.(number) : text;
}

function awk(words: readonly Argument[]): readonly Argument[] | undefined {
  const parsed = parseOptions(words.slice(1), AWK);
  const [program, ...files] = parsed?.operands ?? [];
  // Without a number, what stands beside it could be something else.
  const programs = ["1", ""].map((number) => program && programText(program, number));
  if (!programs.every((one) => one !== undefined && onlyLooks(one))) return undefined;
  const sets = parsed!.values.get("v") ?? [];
  if (!sets.every((one) => /^[A-Za-z_]\w*=/.test(one) && !/^(?:ARGV|ARGC|ENVIRON|SYMTAB|PROCINFO)=/.test(one)))
    return undefined;
  return known(files.filter(({ text }) => !/^[A-Za-z_]\w*=/.test(text)));
}

/** Into variables of plain names; which ones, whoever follows the line looks at. */
function read(words: readonly Argument[]): readonly Argument[] | undefined {
  const parsed = parseOptions(words.slice(1), READ);
  return parsed?.operands.length &&
    parsed.operands.every(({ text, unknown }) => !unknown && /^[A-Za-z_]\w*$/.test(text))
    ? []
    : undefined;
}

/** How errors end a script. */
function set(words: readonly Argument[]): readonly Argument[] | undefined {
  const texts = words.slice(1).map(({ text, unknown }) => (unknown ? "" : text));
  const isKnown = (text: string, at: number): boolean =>
    /^[-+][eux]*o?$/.test(text)
      ? text.length > 1
      : /^(?:pipefail|errexit|nounset|xtrace)$/.test(text) && /^[-+][eux]*o$/.test(texts[at - 1] ?? "");
  const open = /^[-+][eux]*o$/.test(texts.at(-1) ?? "");
  return texts.length > 0 && !open && texts.every(isKnown) ? [] : undefined;
}

/** Assignments only; which ones, whoever follows the line looks at. */
function exported(words: readonly Argument[]): readonly Argument[] | undefined {
  return words.length > 1 && words.slice(1).every(({ text, unknown }) => !unknown && /^[A-Za-z_]\w*=/.test(text))
    ? []
    : undefined;
}

/** Which variables, whoever follows the line looks at. */
function locals(words: readonly Argument[]): readonly Argument[] | undefined {
  const isPlain = ({ text, unknown }: Argument): boolean =>
    unknown ? /^[A-Za-z_]\w*=/.test(unknown.head) : /^[A-Za-z_]\w*(?:=|$)/.test(text);
  return words.length > 1 && words.slice(1).every(isPlain) ? [] : undefined;
}

/** Into an array of a plain name. */
function lines(words: readonly Argument[]): readonly Argument[] | undefined {
  return /^-t [A-Za-z_]\w*$/.test(textsAfter(words)) ? [] : undefined;
}

function command(words: readonly Argument[]): readonly Argument[] | undefined {
  return /^-[vV]$/.test(words[1]?.text ?? "") && words.length > 2 && !words.slice(2).some(mayBeOption) ? [] : undefined;
}

/** Variables by their names. */
function printenv(words: readonly Argument[]): readonly Argument[] | undefined {
  const names = words.slice(1);
  return names.length > 0 &&
    names.every(({ text, unknown }) => !unknown && /^[A-Z_]+$/.test(text) && !isSecretName(text))
    ? []
    : undefined;
}

function file(words: readonly Argument[]): readonly Argument[] | undefined {
  return table(words, { short: "biLhkN0r", long: "brief mime mime-type mime-encoding dereference", operands: "paths" });
}

/** A word that begins with a plus is a command for it. */
function pager(words: readonly Argument[]): readonly Argument[] | undefined {
  const parsed = parseOptions(words.slice(1), { short: "NSRFXinI" });
  return parsed?.operands.every(({ text, unknown, wild }) => !(unknown ?? wild) && !text.startsWith("+"))
    ? parsed.operands
    : undefined;
}
