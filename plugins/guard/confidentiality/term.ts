import { createHash } from "node:crypto";
import { createContext, Script, type Context } from "node:vm";
import { UserError, messageOf } from "../../../schemas/errors.js";
import { isObject } from "../../../schemas/json.js";
import { keysIn } from "../../../schemas/redact.js";

export type Action = "block" | "ask" | "mask";

export interface Match {
  readonly at: number;
  readonly length: number;
}

/** Something that must not leave, and what to do when it is about to. */
export interface Term {
  /** Names it in reports, which never show the term itself. */
  readonly id: string;
  readonly action: Action;
  /** Not from the user's list. */
  readonly builtIn?: true;
  /** Where it stands in a text, at most a hundred times; undefined when that could not be told in time. */
  find(text: string): readonly Match[] | undefined;
}

const MOST = 100;
const MOST_TERMS = 1_000;
/** Milliseconds an expression may take for one text. */
const PATIENCE = 250;

/** The user's list. Throws a UserError for what is no term. */
export function termsIn(list: unknown): readonly Term[] {
  const entries: readonly unknown[] = Array.isArray(list) ? list : [];
  if (entries.length > MOST_TERMS) throw new UserError(`confidentiality.terms holds more than ${MOST_TERMS} terms.`);
  return entries.map((entry, place) => termOf(entry, `term-${place + 1}`));
}

/** What has the shape of a key, as terms of its own. */
export function keyTerm(action: Action): Term {
  return { id: "key", action, builtIn: true, find: (text) => keysIn(text, MOST) };
}

function termOf(entry: unknown, fallback: string): Term {
  if (typeof entry === "string" && entry !== "") return { id: fallback, action: "block", find: textFinder(entry) };
  const wrong = (why: string): UserError => new UserError(`confidentiality.terms: ${fallback} ${why}.`);
  if (!isObject(entry)) throw wrong("is neither a text nor a table");
  const { id = fallback, action = "block", text, pattern, hash } = entry;
  if (typeof id !== "string" || !/^[\w.-]{1,64}$/.test(id)) throw wrong("has an id that is no plain word");
  if (action !== "block" && action !== "ask" && action !== "mask")
    throw wrong("has an action other than block, ask, mask");
  if (typeof text === "string" && text !== "") return { id, action, find: textFinder(text) };
  if (typeof pattern === "string" && pattern !== "") return { id, action, find: patternFinder(pattern, wrong) };
  if (typeof hash === "string") return { id, action, find: hashFinder(hash, wrong) };
  throw wrong("has neither text, pattern nor hash");
}

const LETTER = /[\p{L}\p{N}]/u;
const SMALL = /\p{Ll}/u;
const CAPITAL = /\p{Lu}/u;

/** Whether what stands on both sides of a place is one word. `_`, humps as in `aName` and `%20` part words. */
function isJoined(text: string, at: number): boolean {
  const before = text[at - 1] ?? "";
  const after = text[at] ?? "";
  if (!LETTER.test(before) || !LETTER.test(after)) return false;
  const isHump =
    CAPITAL.test(after) && (SMALL.test(before) || (CAPITAL.test(before) && SMALL.test(text[at + 1] ?? "")));
  return !isHump && !/%[0-9a-f]{2}$/i.test(text.slice(Math.max(0, at - 3), at));
}

/** In lower case, every character in its place: this one alone has two small ones. */
function lowerCase(text: string): string {
  return text.replaceAll("\u0130", "i").toLowerCase();
}

/** Whatever its case. A word is found as a word, also as a part of `a-b`, `a_b` and `aB`; not in the middle of another. */
function textFinder(term: string): Term["find"] {
  const wanted = lowerCase(term.normalize("NFC"));
  const forms = [...new Set([wanted, wanted.normalize("NFD")])];
  return (text) => {
    const searched = lowerCase(text);
    const found: Match[] = [];
    for (const form of forms) {
      for (let at = searched.indexOf(form); at >= 0 && found.length < MOST; at = searched.indexOf(form, at + 1)) {
        const end = at + form.length;
        if (!isJoined(text, at) && !isJoined(text, end)) found.push({ at, length: form.length });
      }
    }
    return found;
  };
}

const SEARCH = new Script(`(() => {
  const found = [];
  for (const match of text.matchAll(new RegExp(source, "giu"))) {
    if (match[0].length > 0) found.push([match.index, match[0].length]);
    if (found.length >= ${MOST}) break;
  }
  return JSON.stringify(found);
})()`);
/** One for all searches: making one takes longer than most of them. */
let place: Context | undefined;

function patternFinder(source: string, wrong: (why: string) => Error): Term["find"] {
  try {
    if (new RegExp(source, "giu").source === "") throw new Error("it is empty");
  } catch (error) {
    throw wrong(`holds a broken expression: ${messageOf(error).replace(/^.*: /s, "")}`);
  }
  return (text) => {
    place ??= createContext(Object.create(null) as object, { codeGeneration: { strings: false, wasm: false } });
    Object.assign(place, { source, text });
    try {
      const found = JSON.parse(String(SEARCH.runInContext(place, { timeout: PATIENCE }))) as [number, number][];
      return found.map(([at, length]) => ({ at, length }));
    } catch {
      return undefined;
    } finally {
      place["text"] = "";
    }
  };
}

/** The salted hash of a word, whatever its case. */
export function hashOf(word: string, salt: string): string {
  const hex = createHash("sha256")
    .update(`${salt}:${word.normalize("NFC").toLowerCase()}`)
    .digest("hex");
  return `sha256:${salt}:${hex}`;
}

/** Words that are joined by points, dashes and the like, the words in them, and those that these are put together of. */
const JOINED = /[\p{L}\p{N}_]+(?:[.@/:-][\p{L}\p{N}_]+)*/gu;
const WORD = /[\p{L}\p{N}_]+/gu;
const PART = /\p{Lu}?[\p{Ll}\p{Lo}\p{Lm}\p{N}]+|\p{Lu}+(?!\p{Ll})/gu;
const LONGEST_WORD = 256;
const MOST_WORDS = 2_000_000;
const MOST_KNOWN = 500_000;

function hashFinder(hash: string, wrong: (why: string) => Error): Term["find"] {
  const [, salt] = /^sha256:([\w-]{8,64}):[0-9a-f]{64}$/.exec(hash) ?? [];
  if (salt === undefined) throw wrong("has a hash that `nacre confidentiality hash` does not make");
  const known = new Map<string, boolean>();
  const fits = (word: string): boolean => {
    let answer = known.get(word);
    if (answer === undefined) known.set(word, (answer = hashOf(word, salt) === hash));
    if (known.size > MOST_KNOWN) known.clear();
    return answer;
  };
  return (text) => {
    const found: Match[] = [];
    let count = 0;
    for (const { index, 0: joined } of text.matchAll(JOINED)) {
      if (++count > MOST_WORDS) return undefined;
      if (found.length >= MOST) break;
      if (joined.length <= LONGEST_WORD && fits(joined)) found.push({ at: index, length: joined.length });
      else found.push(...wordsIn(joined, fits).map(({ at, length }) => ({ at: index + at, length })));
    }
    return found.slice(0, MOST);
  };
}

/** Words of several that fit, and parts of those that do not. */
function wordsIn(joined: string, fits: (word: string) => boolean): readonly Match[] {
  const found: Match[] = [];
  for (const { index, 0: word } of joined.matchAll(WORD)) {
    if (word.length > LONGEST_WORD) continue;
    if (fits(word)) found.push({ at: index, length: word.length });
    else if (/_|\p{Ll}\p{Lu}|\p{Lu}\p{Lu}\p{Ll}/u.test(word)) {
      for (const { index: at, 0: part } of word.matchAll(PART)) {
        if (fits(part)) found.push({ at: index + at, length: part.length });
      }
    }
  }
  return found;
}
