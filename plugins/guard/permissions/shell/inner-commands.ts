import { resolve } from "node:path";
import type { Argument } from "./argument.js";
import { findWords } from "./find-words.js";
import type { Place } from "../paths/judge-path.js";
import { keptNames } from "../paths/kept-names.js";
import { namesFound } from "./output-of.js";
import { parseOptions } from "./options.js";
import { READERS } from "./read-only-table.js";
import { namesOf } from "./scan-folder.js";
import { unwrapped } from "./unwrap.js";
import { ANY, type Value } from "./value.js";

/** A program that runs others, and what it runs. */
export interface Inner {
  /** What it is by itself. */
  readonly itself: readonly Argument[];
  readonly commands: readonly (readonly Argument[])[];
}

const NOTHING: readonly Argument[] = [{ text: "true", raw: "true", tilde: false }];

/** The commands that `xargs` and `find -exec` run, with what they put into them. Undefined for what is neither. */
export function innerCommands(words: readonly Argument[], input: Value | undefined, place: Place): Inner | undefined {
  if (words[0]!.text === "xargs") return ofXargs(words, input ?? ANY, place.cwd);
  if (/^fd(?:find)?$/.test(words[0]!.text)) return ofFd(words, place);
  const found = words[0]!.text === "find" ? findWords(words) : undefined;
  if (!found?.runs) return undefined;
  const { itself } = found;
  const names = namesFound(words, { cwds: [place.cwd], place });
  const commands = found.runs.map(({ words: run, several }) => {
    const inside = argumentsOf(names, { cwd: place.cwd, several });
    return run.flatMap((word) => put(word, "{}", { inside, value: names, cwd: place.cwd }));
  });
  return { itself, commands };
}

/** `fd ... -x command`, which names what is found where it is told to, or at the end. */
function ofFd(words: readonly Argument[], place: Place): Inner | undefined {
  const at = words.findIndex(({ text }) => /^(?:-[xX]|--exec(?:-batch)?)$/.test(text));
  const [itself, run] = [words.slice(0, at), words.slice(at + 1)];
  const parsed = parseOptions(itself.slice(1), READERS.get("fd")!);
  if (at < 0 || !parsed || run.length === 0 || [...itself, ...run].some(isOpen)) return undefined;
  if (run.some(({ text }) => text === ";") || ["a", "absolute-path"].some((one) => parsed.given.has(one)))
    return undefined;
  const { cwd } = place;
  const [folder = ".", ...more] = parsed.operands.slice(1).map(({ text }) => text);
  const shows = ["H", "u", "hidden"].some((one) => parsed.given.has(one));
  const visible = !shows && keptNames(resolve(cwd, folder), place).length === 0;
  // In letters of either case.
  const endings = ["e", "extension"].flatMap((name) => parsed.values.get(name) ?? []);
  const patterns = endings.map((one) => `*.${"?".repeat(one.length)}`);
  const found = { folder: resolve(cwd, folder), cwd, patterns, files: false, visible, without: [] };
  const value = more.length === 0 ? namesOf(found, place) : ANY;
  const inside = argumentsOf(value, { cwd, several: /X|batch/.test(words[at]!.text) });
  const named = run.flatMap((word) => put(word, "{}", { inside, value, cwd }));
  const isNamed = run.some(({ text }) => /\{(?:|\/|\/\/|\.|\/\.)\}/.test(text));
  const isOdd = run.some(({ text }) => /\{[/.]/.test(text));
  return { itself, commands: [isOdd ? [...named, OPEN] : isNamed ? named : [...named, ...inside]] };
}

const isOpen = ({ unknown, wild, tilde }: Argument): boolean => unknown !== undefined || wild === true || tilde;
const OPEN: Argument = { text: "...", raw: "...", tilde: false, unknown: { kind: "any", head: "", loose: true } };

interface Filling {
  readonly inside: readonly Argument[];
  readonly value: Value;
  readonly cwd: string;
}

/** A word that is the sign becomes what it stands for; one that only holds it is not known any more. */
function put(word: Argument, sign: string, { inside, value, cwd }: Filling): readonly Argument[] {
  if (word.text === sign) return inside;
  if (!word.text.includes(sign)) return [word];
  const head = word.text.slice(0, word.text.indexOf(sign));
  // A name in the folder that stands before it.
  const isName =
    value.kind === "names" && head.endsWith("/") && word.text === head + sign && !word.tilde && !word.unknown;
  if (isName && resolve(cwd, head) === value.base) return [plain(value.sample)];
  return [{ ...word, unknown: { kind: "any", head, loose: false } }];
}

/** What an unknown number of lines becomes as arguments; `several` of them can be handed to one command. */
function argumentsOf(value: Value, how: { readonly cwd: string; readonly several: boolean }): readonly Argument[] {
  if (value.kind === "names" && value.base !== how.cwd) return argumentsOf(ANY, how);
  switch (value.kind) {
    case "texts":
      return tokensOf(value.texts).map(plain);
    case "names":
      return how.several ? [plain(value.sample), plain(value.sample)] : [plain(value.sample)];
    case "list":
      return argumentsOf(ANY, how);
    case "number":
    case "id":
    case "any":
      return [{ ...plain("..."), unknown: { kind: value.kind, head: "", loose: true } }];
  }
}

function plain(text: string): Argument {
  return { text, raw: text, tilde: false };
}

function tokensOf(texts: readonly string[]): readonly string[] {
  return texts.flatMap((text) => text.split(/\s+/)).filter((text) => text !== "");
}

const FLAG = /^(?:-[0rtx]+|-P\d+|-d\\n|--(?:null|no-run-if-empty|max-procs=\d+))$/;
/** Each name ends with a zero byte, which no line that is known holds. */
const ZERO = /^(?:-[rtx]*0[0rtx]*|--null)$/;
const AT_ONCE = /^(?:-([nL])|--(max)-args=)(\d+)$/;

/** How `xargs` is told to build its commands. */
interface Building {
  readonly command: readonly Argument[];
  /** Stands for a line in them. */
  readonly sign?: string;
  /** One word, or one line, makes a command. */
  readonly single?: "word" | "line";
  /** A line is one name, with all the blanks in it. */
  readonly lines: boolean;
  /** Nothing is known of where a name ends. */
  readonly zero: boolean;
}

function ofXargs(words: readonly Argument[], input: Value, cwd: string): Inner | undefined {
  const building = buildingOf(words);
  if (!building) return undefined;
  // What xargs makes of quotes and backslashes would have to be known.
  const odd =
    input.kind === "texts" &&
    ((building.zero && input.texts.length > 0) || input.texts.some((text) => /['"\\]/.test(text)));
  return { itself: NOTHING, commands: building.command.length === 0 ? [] : built(building, odd ? ANY : input, cwd) };
}

function buildingOf(words: readonly Argument[]): Building | undefined {
  let sign: string | undefined;
  let single: Building["single"];
  let lines = false;
  let zero = false;
  let place = 1;
  for (; place < words.length; place++) {
    const { text, unknown, wild } = words[place]!;
    if (unknown || wild) return undefined;
    const joined = /^-I(.+)$/.exec(text)?.[1];
    const next = words[place + 1]?.text ?? "";
    const apart = /^-[nLP]$/.test(text) && /^\d+$/.test(next);
    const count = AT_ONCE.exec(apart ? text + next : text);
    // Which of the two holds is not the same everywhere.
    if (count && sign !== undefined) return undefined;
    zero ||= ZERO.test(text);
    lines ||= text === "-d\\n" || (text === "-d" && next === "\\n");
    if (count) single = count[3] !== "1" ? undefined : count[1] === "L" ? "line" : "word";
    if (apart) place++;
    else if (count || FLAG.test(text)) continue;
    else if (joined !== undefined) sign = joined;
    else if (text === "-I") {
      sign = next;
      place++;
    } else if (text === "-d" && next === "\\n") place++;
    else if (text.startsWith("-")) return undefined;
    else break;
  }
  if (sign !== undefined && !/^[\w{}%@+.]+$/.test(sign)) return undefined;
  const command = words.slice(place);
  return { command, lines, zero, ...(sign !== undefined && { sign }), ...(single && { single }) };
}

/** The commands that come out; which of the lines come, and in which order, is not known. */
function built(building: Building, value: Value, cwd: string): readonly (readonly Argument[])[] {
  const { command, sign, single, lines } = building;
  const isKnown = value.kind === "texts";
  if (sign !== undefined) {
    if (isKnown) return linesOf(value.texts).map((line) => command.map((word) => withLine(word, sign, line)));
    const inside = argumentsOf(value, { cwd, several: false });
    return [command.flatMap((word) => put(word, sign, { inside, value, cwd }))];
  }
  if (!isKnown) return [[...command, ...argumentsOf(value, { cwd, several: single === undefined })]];
  const tokens = lines ? linesOf(value.texts) : tokensOf(value.texts);
  const rows = single === "line" && !lines ? linesOf(value.texts).map((line) => tokensOf([line])) : [];
  const alone = rows.length > 0 ? rows : tokens.map((token) => [token]);
  // A first word can mean more than the others do, such as which command of git it is.
  const all = single || tokens.length < 2 ? [] : [tokens, tokens.toReversed()];
  const isOpen = !single && unwrapped(command).words.length < 2 && !READERS.has(command[0]!.text);
  const given = isOpen || rows.some((row) => row.length === 0) ? undefined : [...alone, ...all];
  if (!given) return [[...command, ...argumentsOf(ANY, { cwd, several: true })]];
  return given.length === 0 ? [command] : given.map((row) => [...command, ...row.map(plain)]);
}

function linesOf(texts: readonly string[]): readonly string[] {
  return texts.flatMap((text) => text.split("\n"));
}

function withLine(word: Argument, sign: string, line: string): Argument {
  if (!word.text.includes(sign)) return word;
  if (word.unknown) return { ...word, unknown: { kind: "any", head: "", loose: false } };
  return { ...word, text: word.text.replaceAll(sign, () => line.trimStart()) };
}
