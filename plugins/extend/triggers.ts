import { createContext, Script } from "node:vm";
import { isObject } from "../../schemas/json.js";
import { pathGlob } from "../../schemas/path-glob.js";
import type { NamedPart } from "./part-names.js";

/** What makes a skill load by itself. */
export interface Trigger {
  readonly skill: string;
  /** Words on the prompt, whatever their case. */
  readonly words: readonly string[];
  /** Regular expressions on the prompt, as written between slashes, and their flags. */
  readonly patterns: readonly (readonly [source: string, flags: string])[];
  /** Globs on files that are worked on. */
  readonly files: readonly string[];
}

const MOST = 32;
const LONGEST = 200;
/** Characters of a prompt that are looked at, and milliseconds that one expression may take. */
const LOOKED_AT = 20_000;
const PATIENCE = 50;

/**
 * The triggers in a skill's front matter: `/expression/flags`, globs (with `*`, or beginning with `./`), and words; or a
 * table with lists `prompt`, `words`, `patterns`, `files`. Undefined where there are none, or only its user may run it.
 */
export function triggerOf({ name, part }: NamedPart): Trigger | undefined {
  const { frontMatter } = part.data;
  const written = isObject(frontMatter) ? frontMatter["triggers"] : undefined;
  if (written === undefined || written === null) return undefined;
  const only = isObject(frontMatter) && String(frontMatter["disable-model-invocation"]).toLowerCase() === "true";
  if (only) return undefined;
  const table = isObject(written);
  const texts = table ? [...list(written["prompt"]), ...list(written["words"])] : list(written);
  const expressions = table ? list(written["patterns"]).map(asPattern) : [];
  const files = table ? list(written["files"]) : [];
  const words: string[] = [];
  for (const text of texts) {
    const pattern = /^\/(.+)\/([a-z]*)$/s.exec(text);
    if (pattern) expressions.push([pattern[1]!, pattern[2]!]);
    else if (!table && isGlob(text)) files.push(text);
    else words.push(text);
  }
  return { skill: name, words, patterns: expressions, files };
}

function list(value: unknown): string[] {
  const given: readonly unknown[] = Array.isArray(value) ? value : [value];
  const texts = given.flatMap((one) =>
    typeof one === "string" || typeof one === "number" ? [String(one).trim()] : [],
  );
  return texts.filter((one) => one !== "" && one.length <= LONGEST).slice(0, MOST);
}

function asPattern(text: string): readonly [string, string] {
  const parts = /^\/(.+)\/([a-z]*)$/s.exec(text);
  return parts ? [parts[1]!, parts[2]!] : [text, "i"];
}

function isGlob(text: string): boolean {
  return /^[^\s]*\*[^\s]*$/.test(text) || text.startsWith("./");
}

/** Which of a trigger's words or expressions fits a prompt. */
export function matchingWords({ words, patterns }: Trigger, prompt: string): string | undefined {
  const text = prompt.slice(0, LOOKED_AT);
  const lower = text.toLowerCase();
  const word = words.find((one) => hasWord(lower, one.toLowerCase()));
  if (word !== undefined) return word;
  const found = patterns.find(([source, flags]) => matches(source, flags, text));
  return found && `/${found[0]}/${found[1]}`;
}

function hasWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const before = text[at - 1] ?? " ";
    const after = text[at + word.length] ?? " ";
    if (!/[\p{L}\p{N}_]/u.test(before) && !/[\p{L}\p{N}_]/u.test(after)) return true;
  }
  return false;
}

/** Regular expressions can be interrupted only inside of a script of their own. */
const test = new Script("new RegExp(source, flags).test(text)");

/** An expression that takes too long, or is none, does not match: whoever wrote it must not hold up a prompt. */
function matches(source: string, flags: string, text: string): boolean {
  try {
    const context = createContext({ source, flags: flags.replaceAll(/[gy]/g, ""), text });
    return test.runInContext(context, { timeout: PATIENCE }) === true;
  } catch {
    return false;
  }
}

/** Which of some globs fits a file, by its path below the session's folder. */
export function matchingGlob(globs: readonly string[], path: string): string | undefined {
  return globs.find((glob) => {
    try {
      return pathGlob(glob.replace(/^\.\//, ""))(path);
    } catch {
      return false;
    }
  });
}
