import { resolve } from "node:path";
import type { Argument } from "./argument.js";
import { findWords } from "./find-words.js";
import type { Place } from "../paths/judge-path.js";
import { outputOf } from "./output-of.js";
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
  const found = words[0]!.text === "find" ? findWords(words) : undefined;
  if (!found?.runs) return undefined;
  const itself = withoutRuns(words);
  const names = outputOf(itself, { cwds: [place.cwd], place });
  const inside = argumentsOf(names, place.cwd);
  const commands = found.runs.map((run) =>
    run.flatMap((word) => put(word, "{}", { inside, value: names, cwd: place.cwd })),
  );
  return { itself, commands };
}

function withoutRuns(words: readonly Argument[]): readonly Argument[] {
  const kept: Argument[] = [];
  let inside = false;
  for (const word of words) {
    if (!inside && word.text === "-exec") inside = true;
    else if (!inside) kept.push(word);
    else if (word.text === ";" || word.text === "+") inside = false;
  }
  return kept;
}

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

/** What an unknown number of lines becomes as arguments. */
function argumentsOf(value: Value, cwd: string): readonly Argument[] {
  if (value.kind === "names" && value.base !== cwd) return argumentsOf(ANY, cwd);
  switch (value.kind) {
    case "texts":
      return value.texts
        .flatMap((text) => text.split(/\s+/))
        .filter((text) => text !== "")
        .map(plain);
    case "names":
      return [plain(value.sample)];
    case "number":
    case "id":
    case "any":
      return [{ ...plain("..."), unknown: { kind: value.kind, head: "", loose: true } }];
  }
}

function plain(text: string): Argument {
  return { text, raw: text, tilde: false };
}

const FLAG = /^(?:-[0rtx]+|-[nPL]\d+|--(?:null|no-run-if-empty|max-args=\d+|max-procs=\d+))$/;

function ofXargs(words: readonly Argument[], input: Value, cwd: string): Inner | undefined {
  let place = 1;
  let sign: string | undefined;
  for (; place < words.length; place++) {
    const { text, unknown, wild } = words[place]!;
    if (unknown || wild) return undefined;
    if (FLAG.test(text)) continue;
    const joined = /^-I(.+)$/.exec(text)?.[1];
    const next = words[place + 1]?.text;
    if (/^-[nPL]$/.test(text) && /^\d+$/.test(next ?? "")) place++;
    else if (joined !== undefined) sign = joined;
    else if (text === "-I" && next) {
      sign = next;
      place++;
    } else if (text === "-d" && next) place++;
    else if (text.startsWith("-")) return undefined;
    else break;
  }
  const command = words.slice(place);
  // What xargs makes of quotes and backslashes would have to be known.
  const odd = input.kind === "texts" && input.texts.some((text) => /['"\\]/.test(text));
  const inside = argumentsOf(odd ? ANY : input, cwd);
  if (command.length === 0) return { itself: NOTHING, commands: [] };
  return {
    itself: NOTHING,
    commands: [
      sign === undefined
        ? [...command, ...inside]
        : command.flatMap((word) => put(word, sign!, { inside, value: odd ? ANY : input, cwd })),
    ],
  };
}
