import type { Diagnostic } from "../../schemas/parts.js";
import { isObject, type JsonObject } from "../../schemas/json.js";
import { NotPlain, plainData } from "./plain-data.js";
import { recover } from "./recover-front-matter.js";
import { simpleYaml } from "./simple-yaml.js";
import { cut, type Cut } from "./split-front-matter.js";

/** A diagnostic that does not know its file yet. */
export type Fault = Omit<Diagnostic, "file">;

/** What stands at the top of a Markdown file. */
export interface FrontMatter {
  /** Plain JSON; empty where there is no front matter. Unknown keys are kept. */
  readonly data: JsonObject;
  /** What follows, with Unix line ends. */
  readonly body: string;
  /** The body's first line in the file, from 1. */
  readonly bodyLine: number;
  readonly problems: readonly Fault[];
  /** True where YAML refused the text and the values were found key by key. */
  readonly recovered: boolean;
  /** False where the file has no front matter at all. */
  readonly present: boolean;
  /** The text between the fences, and the line of its first line. */
  readonly block: string;
  readonly blockLine: number;
}

const LIMIT = 64 * 1024;

/**
 * Reads front matter the way files in the wild need it: strictly first; where YAML refuses the text, key by key with
 * the `keys` that are documented for this kind of file. Never rejects: every fault is a problem, and costs this file at
 * most. Nothing in it can run, and what unfolds without bound is taken as text. gray-matter is loaded by the first
 * file that has front matter.
 */
export async function readFrontMatter(text: string, keys: readonly string[]): Promise<FrontMatter> {
  const parts = cut(text);
  const { block, blockLine, body, bodyLine } = parts;
  const base = { body, bodyLine, block: block ?? "", blockLine, present: block !== undefined };
  const problems = oddities(parts);
  const refused = refusal(parts);
  if (block === undefined || refused) {
    return { ...base, data: {}, problems: [...problems, ...(refused ? [refused] : [])], recovered: false };
  }
  const simple = simpleYaml(block);
  if (simple) return { ...base, data: simple, problems, recovered: false };
  const parse = await parser();
  try {
    const { data, dropped } = strict(block, parse);
    if (dropped) problems.push(ignoredKey(blockLine));
    return { ...base, data, problems, recovered: false };
  } catch (error) {
    const { data, faults } = recover(block, keys, (yaml) => strict(yaml, parse).data);
    if (/^__proto__[ \t]*:/m.test(block)) problems.push(ignoredKey(blockLine));
    return { ...base, data, problems: [...problems, ...recoveries(error, faults, blockLine)], recovered: true };
  }
}

/** The line of a top-level key in its file, where it stands in the front matter. */
export function lineOfKey({ block, blockLine }: FrontMatter, key: string): number | undefined {
  const place = block.split("\n").findIndex((line) => line.startsWith(`${key}:`));
  return place < 0 ? undefined : blockLine + place;
}

/** What is written behind a top-level key on its own line. */
export function writtenAt({ block }: FrontMatter, key: string): string | undefined {
  const line = block.split("\n").find((text) => text.startsWith(`${key}:`));
  return line?.slice(key.length + 1).trim();
}

function ignoredKey(line: number): Fault {
  return fault("proto-key", "The key `__proto__` is ignored.", { line });
}

type Parse = (yaml: string) => unknown;

function strict(block: string, parse: Parse): { readonly data: JsonObject; readonly dropped: boolean } {
  // gray-matter would end the block there and drop the rest without a word.
  if (/^---/m.test(block)) throw new NotPlain("a second document begins in it");
  const value = parse(block) ?? {};
  if (!isObject(value)) throw new NotPlain("it is no table of keys");
  return { data: plainData(value) as JsonObject, dropped: /^\s*["']?__proto__["']?\s*:/m.test(block) };
}

let loaded: Promise<Parse> | undefined;

async function parser(): Promise<Parse> {
  return (loaded ??= loadParser());
}

async function loadParser(): Promise<Parse> {
  const { default: matter } = await import("gray-matter");
  const never = (): object => {
    throw new Error("front matter is never run");
  };
  // The options are always handed over: without them gray-matter keeps every text, and would run JavaScript.
  const options = { language: "yaml", engines: { javascript: never, js: never, coffee: never } };
  return (yaml) => matter(`---\n${yaml}\n---\n`, options).data;
}

function oddities({ open, fenced, blockLine }: Cut): Fault[] {
  const problems: Fault[] = [];
  const place = { line: Math.max(1, blockLine - 1), column: 1 };
  if (fenced) {
    const message = "The whole file stands in a code fence; it is read without it.";
    problems.push(fault("code-fence", message, { ...place, fix: "Remove the first and the last line." }));
  }
  if (open) {
    const message = "The front matter is not closed; its first paragraph is read.";
    problems.push(fault("front-matter-open", message, { ...place, fix: "Close it with a line ---." }));
  }
  return problems;
}

function refusal({ block, language, blockLine }: Cut): Fault | undefined {
  const line = Math.max(1, blockLine - 1);
  if (block === undefined) return undefined;
  if (language !== undefined && !/^ya?ml$/i.test(language)) {
    const message = `Front matter in "${language}" is not read: only YAML is, and nothing in it is ever run.`;
    return { severity: "error", code: "front-matter-language", message, fix: "Write it in YAML.", line, column: 4 };
  }
  if (block.length <= LIMIT) return undefined;
  const message = `The front matter is larger than ${LIMIT / 1024} KB and is not read.`;
  return { severity: "error", code: "front-matter-too-large", message, fix: "Move text to the body.", line };
}

interface YamlError {
  readonly reason?: string;
  readonly mark?: { readonly line: number; readonly column: number };
}

function recoveries(error: unknown, faults: ReturnType<typeof recover>["faults"], blockLine: number): Fault[] {
  const { reason, mark } = error as YamlError;
  const why =
    reason === undefined ? (error instanceof NotPlain ? error.message : "it cannot be read") : plainWords(reason);
  // The parser was handed a fence line of its own before the block.
  const line = mark ? Math.max(blockLine, blockLine + mark.line - 1) : blockLine;
  const place = { line, ...(mark && { column: mark.column + 1 }) };
  const message = `The front matter is not valid YAML (${why}); its values are read key by key.`;
  const fix = 'Put values that hold ": ", "#", or begin with [, *, & or ! into quotes.';
  const twice = faults.filter((one) => one.twice);
  return [
    fault("front-matter-recovered", message, { ...place, fix }),
    ...twice.map(({ key, line: at }) =>
      fault("key-twice", `The key "${key}" is given twice; the first one counts.`, { line: blockLine + at }),
    ),
  ];
}

/** What the parser means by some of its words. */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [
    /^(?:incomplete explicit mapping pair|bad indentation of a mapping)/,
    'a text with ": " in it stands without quotes',
  ],
  [/^can not read a block mapping entry/, "a line is no key, and not indented either"],
  [/^end of the stream or a document separator/, "something stands behind the end of a value"],
  [/alias/, "a text that begins with * stands without quotes"],
  [/^duplicated mapping key/, "a key is given twice"],
];

function plainWords(reason: string): string {
  return WORDS.find(([pattern]) => pattern.test(reason))?.[1] ?? reason;
}

function fault(code: string, message: string, rest: Partial<Fault>): Fault {
  return { severity: "warning", code, message, ...rest };
}
