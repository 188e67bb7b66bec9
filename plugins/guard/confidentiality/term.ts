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
  return { id: "key", action, find: (text) => keysIn(text, MOST) };
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

const isLetter = (character: string | undefined): boolean =>
  character !== undefined && /[\p{L}\p{N}_]/u.test(character);

/** Whatever its case. A word is found as a word, also as a part of `a-b` and `a.b`; not in the middle of another. */
function textFinder(term: string): Term["find"] {
  const wanted = term.normalize("NFC").toLowerCase();
  return (text) => {
    const lower = text.toLowerCase();
    // Where lower case has another length, places would be wrong: the text is searched as it stands.
    const searched = lower.length === text.length ? lower : text;
    const found: Match[] = [];
    for (let at = searched.indexOf(wanted); at >= 0 && found.length < MOST; at = searched.indexOf(wanted, at + 1)) {
      const end = at + wanted.length;
      const isInside =
        (isLetter(wanted[0]) && isLetter(searched[at - 1])) || (isLetter(wanted.at(-1)) && isLetter(searched[end]));
      if (!isInside) found.push({ at, length: wanted.length });
    }
    return found;
  };
}

const SEARCH = new Script(`
  const found = [];
  for (const match of text.matchAll(new RegExp(source, "giu"))) {
    if (match[0].length > 0) found.push([match.index, match[0].length]);
    if (found.length >= ${MOST}) break;
  }
  JSON.stringify(found);
`);
let place: Context | undefined;

function patternFinder(source: string, wrong: (why: string) => Error): Term["find"] {
  try {
    if (new RegExp(source, "giu").source === "") throw new Error("it is empty");
  } catch (error) {
    throw wrong(`holds a broken expression: ${messageOf(error).replace(/^.*: /s, "")}`);
  }
  return (text) => {
    place = createContext(Object.assign(Object.create(null) as object, { source, text }), {
      codeGeneration: { strings: false, wasm: false },
    });
    try {
      const found = JSON.parse(String(SEARCH.runInContext(place, { timeout: PATIENCE }))) as [number, number][];
      return found.map(([at, length]) => ({ at, length }));
    } catch {
      return undefined;
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

/** Words, and words joined by points, dashes and the like; both are looked up. */
const JOINED = /[\p{L}\p{N}_]+(?:[.@/:-][\p{L}\p{N}_]+)*/gu;
const WORD = /[\p{L}\p{N}_]+/gu;
const MOST_WORDS = 500_000;

function hashFinder(hash: string, wrong: (why: string) => Error): Term["find"] {
  const [, salt] = /^sha256:([\w-]{8,64}):[0-9a-f]{64}$/.exec(hash) ?? [];
  if (salt === undefined) throw wrong("has a hash that `nacre confidentiality hash` does not make");
  const known = new Map<string, boolean>();
  const fits = (word: string): boolean => {
    let answer = known.get(word);
    if (answer === undefined) known.set(word, (answer = hashOf(word, salt) === hash));
    if (known.size > MOST_WORDS) known.clear();
    return answer;
  };
  return (text) => {
    const found: Match[] = [];
    let count = 0;
    for (const pattern of [JOINED, WORD]) {
      for (const { index, 0: word } of text.matchAll(pattern)) {
        if (++count > MOST_WORDS) return undefined;
        const isNew = !found.some(({ at, length }) => index >= at && index < at + length);
        if (word.length <= 256 && isNew && fits(word)) found.push({ at: index, length: word.length });
      }
    }
    return found.slice(0, MOST);
  };
}
