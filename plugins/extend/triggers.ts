import { createContext, Script } from "node:vm";
import { isObject } from "../../schemas/json.js";
import { pathGlob } from "../../schemas/path-glob.js";
import type { OwnedPart } from "../../schemas/parts.js";

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
/** Characters of a prompt that are looked at. */
const LOOKED_AT = 20_000;
/** Milliseconds until an expression is given up, and until all that are left are. */
const PATIENCE = 100;
const PATIENCE_IN_ALL = 500;

/**
 * The triggers in a skill's front matter: `/expression/flags`, globs (with `*`, or beginning with `./`), and words; or a
 * table with lists `prompt`, `words`, `patterns`, `files`. Undefined where there are none, or only its user may run it.
 */
export function triggerOf({
  name,
  part,
}: {
  readonly name: string;
  readonly part: Pick<OwnedPart, "data">;
}): Trigger | undefined {
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

/** A skill whose trigger fits, and which of its triggers that is. */
export interface Fitting {
  readonly skill: string;
  readonly by: string;
}

/** The skills whose words or expressions fit a prompt, in the order of their triggers. */
export function fittingSkills(triggers: readonly Trigger[], prompt: string): readonly Fitting[] {
  const text = prompt.slice(0, LOOKED_AT);
  const lower = text.toLowerCase();
  const found = new Map<number, string>();
  for (const [place, { words }] of triggers.entries()) {
    const word = words.find((one) => hasWord(lower, one.toLowerCase()));
    if (word !== undefined) found.set(place, word);
  }
  const patterns = triggers.flatMap((one, place) =>
    found.has(place) ? [] : one.patterns.map(([source, flags]) => ({ place, source, flags })),
  );
  for (const { place, source, flags } of matching(patterns, text)) {
    if (!found.has(place)) found.set(place, `/${source}/${flags}`);
  }
  return [...found].sort(([a], [b]) => a - b).map(([place, by]) => ({ skill: triggers[place]!.skill, by }));
}

function hasWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const before = text[at - 1] ?? " ";
    const after = text[at + word.length] ?? " ";
    if (!/[\p{L}\p{N}_]/u.test(before) && !/[\p{L}\p{N}_]/u.test(after)) return true;
  }
  return false;
}

interface Pattern {
  readonly source: string;
  readonly flags: string;
}

/** Regular expressions can be interrupted only inside of a script of their own. */
const LOOP = `for (; next < patterns.length; next++) {
  try {
    const { source, flags } = patterns[next];
    if (new RegExp(source, flags.replace(/[gy]/g, "")).test(text)) hits.push(next);
  } catch {}
}`;
let loop: Script | undefined;

/** Those that match. One that takes too long, or is none, does not: whoever wrote it must not hold up a prompt. */
function matching<P extends Pattern>(patterns: readonly P[], text: string): readonly P[] {
  if (patterns.length === 0) return [];
  const state = { patterns, text, next: 0, hits: [] as number[] };
  const context = createContext(state);
  const until = performance.now() + PATIENCE_IN_ALL;
  while (state.next < patterns.length && performance.now() < until) {
    try {
      (loop ??= new Script(LOOP)).runInContext(context, { timeout: PATIENCE });
    } catch {
      state.next++;
    }
  }
  return state.hits.map((place) => patterns[place]!);
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
