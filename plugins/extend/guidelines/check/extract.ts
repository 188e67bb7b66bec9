import { forbid, type Deed, type Forbidden } from "./forbid.js";
import { demand } from "./demand.js";
import type { Rule, Scope, Unchecked } from "./rule.js";
import { placeAt, scopeOfHeadings, thingsAt, type Place, type Reading } from "./scope.js";
import { deedOf, isConditional, restAt, tailAt, type Read, type Tail } from "./sentence.js";
import type { Statement } from "./statements.js";
import { isMark, isThing, isWord, says, tokensOf, type Token } from "./tokens.js";

/** What became of a sentence. */
export interface Extracted {
  readonly rules: readonly Rule[];
  readonly unchecked?: Unchecked;
}

const NOTHING: Extracted = { rules: [] };

/** Turns a sentence into checks, where it says must, never, always or the like and leaves nothing to judgement. */
export function extract(statement: Statement, reading: Reading): Extracted {
  const { file, line, text, headings } = statement;
  const tokens = tokensOf(withLead(text, headings));
  const codes = [...text.matchAll(/`([^`]+)`/g)].map(([, code]) => code!);
  const clauses = clausesOf(tokens);
  if (!clauses.some((clause) => isRule(clause.tokens))) return NOTHING;
  const unchecked = (why: string): Extracted => ({ rules: [], unchecked: { file, line, text, why } });
  const around = scopeOfHeadings(headings, reading);
  if (!around) return unchecked("it is about something that is no file");
  const found: Read[] = [];
  let why = "it says nothing that could be looked for";
  for (const clause of clauses) {
    const read = isRule(clause.tokens) ? readClause(clause, { ...reading, codes }) : undefined;
    if (typeof read === "string") why = read;
    else if (read) found.push(...read);
  }
  const rules = found.map(({ check, places }): Rule => ({
    file,
    line,
    text,
    check,
    scope: scopeOf(around, places, reading),
  }));
  return rules.length > 0 ? { rules } : unchecked(why);
}

export interface Clause {
  readonly tokens: readonly Token[];
  /** What a clause before it does with its object: "use `a`, never `b`". */
  readonly deed?: Deed;
}

/** Items below "Never:" or "Forbidden" say what is forbidden without saying so. */
function withLead(text: string, headings: readonly string[]): string {
  const heading = headings.at(-1) ?? "";
  if (!/^(?:never|forbidden|prohibited|banned|not allowed|don['’]?ts?|do not)(?: use| do)?[.:!]?$/i.test(heading))
    return text;
  if (/\b(?:never|not|don['’]t|must)\b/i.test(text)) return text;
  return /^["“`]/.test(text) ? `never use ${text}` : `never ${text[0]!.toLowerCase()}${text.slice(1)}`;
}

const NEGATIONS = ["never", "not"];

function isRule(tokens: readonly Token[]): boolean {
  return tokens.some(
    (token, at) =>
      isWord(token, "never", "must", "always", "shall", "forbidden", "banned", "prohibited", "disallowed") ||
      says(tokens, at, "do", "not") ||
      says(tokens, at, ["may", "can"], "not") ||
      says(tokens, at, "not", ["allowed", "permitted"]) ||
      (isWord(token, "only") &&
        tokens.some(isThing) &&
        tokens.some((one) =>
          isWord(one, "may", "use", "import", "allowed", "used", "imported", "call", "called", "run"),
        )) ||
      says(tokens, at, "instead", "of") ||
      says(tokens, at, "rather", "than") ||
      (isWord(token, "no") && (at === 0 || tokens[at - 1]!.kind === "mark")) ||
      (isWord(token, "not") && isMark(tokens[at - 1], ",") && isThing(tokens[at + 1])),
  );
}

/** Cuts before "never", "do not", "always" and "must" where they follow a comma, a dash or an "and". */
function clausesOf(tokens: readonly Token[]): readonly Clause[] {
  const starts = [0];
  for (let at = 1; at < tokens.length; at++) {
    const opens =
      isWord(tokens[at], "never", "always") ||
      says(tokens, at, "do", "not") ||
      says(tokens, at, "must", "not") ||
      (isWord(tokens[at], "no") && at > 1);
    if (
      opens &&
      (isMark(tokens[at - 1], ",", "—") || isWord(tokens[at - 1], "and", "but", "or")) &&
      !isPlaceBefore(tokens, at)
    )
      starts.push(at);
  }
  let deed: Deed | undefined;
  return starts.map((from, place) => {
    const piece = tokens.slice(from, starts[place + 1]);
    while (piece.length > 0 && (isMark(piece.at(-1), ",", "—") || isWord(piece.at(-1), "and", "but", "or")))
      piece.pop();
    const clause: Clause = { tokens: piece, ...(deed !== undefined && { deed }) };
    deed = piece.map(deedOf).find((one) => one !== undefined) ?? deed;
    return clause;
  });
}

/** "In `src/`, never ..." says where, and belongs to what follows. */
function isPlaceBefore(tokens: readonly Token[], at: number): boolean {
  return at < 8 && isWord(tokens[0], "in", "inside", "within", "under", "when", "outside", "for", "files");
}

function readClause({ tokens, deed }: Clause, reading: Reading): readonly Read[] | string {
  if (isWord(tokens[0], "prefer", "avoid", "consider", "try")) return "it is advice";
  if (tokens.some((token, at) => isWord(token, "should") && says(tokens, at + 1, NEGATIONS))) return "it is advice";
  const instead = readInstead(tokens, reading);
  if (instead) return instead;
  const only = readOnly(tokens, reading);
  if (only) return only;
  const passive = readPassive(tokens, reading);
  if (passive) return passive;
  const negation = tokens.findIndex(
    (token, at) =>
      isWord(token, "never") ||
      (isWord(token, "not") && at > 0) ||
      (isWord(token, "no") && !isWord(tokens[at + 1], "longer", "more")),
  );
  if (negation < 0) return demand(tokens, reading);
  const size = demand(tokens, reading);
  if (typeof size !== "string") return size;
  const head = headPlaces(tokens.slice(0, negation), reading);
  if (typeof head === "string") return head;
  const tail = tailAt(tokens, negation + 1, reading, deed ?? (isWord(tokens[negation], "no") ? "use" : undefined));
  return typeof tail === "string" ? tail : checksOf(tail, head, reading);
}

/** Words before "never" that say nothing. */
const OPENINGS =
  "you we agents must do may can shall please code files modules anything and all important note when writing editing working on the also there be is are".split(
    " ",
  );

/** What stands before "never" may only say where: "In tests,", "Files in `src/`". */
function headPlaces(head: readonly Token[], reading: Reading): readonly Place[] | string {
  const places: Place[] = [];
  let labelled = 0;
  for (const [at, token] of head.entries()) if (isMark(token, ":")) labelled = at + 1;
  for (let at = labelled; at < head.length;) {
    const place = placeAt(head, at, reading) ?? (isThing(head[at]) ? thingsAt(head, at, reading) : undefined);
    if (place) {
      places.push(place);
      at = place.next;
    } else if (head[at]!.kind === "mark" || isWord(head[at], ...OPENINGS)) at++;
    else {
      const tests = thingsAt(head, at, reading);
      if (!tests)
        return `it is not clear what "${head
          .slice(at)
          .map(({ text }) => text)
          .slice(0, 4)
          .join(" ")}" is about`;
      places.push(tests);
      at = tests.next;
    }
  }
  return places;
}

/** "`x` must never be used", "`x` is forbidden in `src/`". */
function readPassive(tokens: readonly Token[], reading: Reading): readonly Read[] | string | undefined {
  const at = tokens.findIndex(
    (token, place) =>
      says(tokens, place, ["must", "may", "can", "shall"], NEGATIONS, "be") ||
      says(tokens, place, "never", "be") ||
      (isWord(token, "is", "are") &&
        (isWord(tokens[place + 1], "forbidden", "banned", "prohibited", "disallowed") ||
          says(tokens, place + 1, NEGATIONS, ["allowed", "permitted"]) ||
          says(tokens, place + 1, "strictly", ["forbidden", "prohibited"]))),
  );
  if (at <= 0) return undefined;
  const things = tokens.slice(0, at).filter((token) => isThing(token));
  const nouns = tokens
    .slice(0, at)
    .flatMap(({ kind, text }) =>
      kind === "word" && !/^(?:the|use|of|any|all|a|an|using|and|or)$/.test(text) ? [text] : [],
    );
  const verb = tokens.findIndex(
    (token, place) =>
      place > at &&
      (deedOf(token) !== undefined ||
        isWord(token, "forbidden", "banned", "prohibited", "disallowed", "allowed", "permitted")),
  );
  if (verb < 0) return "it does not say in so many words what is not to be done";
  const places = restAt(tokens, verb + 1, reading);
  if (typeof places === "string") return places;
  return checksOf(
    { deed: deedOf(tokens[verb]) ?? "use", verb: tokens[verb]!.text, things, nouns, places },
    [],
    reading,
  );
}

/** "Use `a` instead of `b`", "use `a`, not `b`": `b` is forbidden. */
function readInstead(tokens: readonly Token[], reading: Reading): readonly Read[] | string | undefined {
  const at = tokens.findIndex(
    (token, place) =>
      place > 0 &&
      (says(tokens, place, "instead", "of") ||
        says(tokens, place, "rather", "than") ||
        (isWord(token, "not") && isMark(tokens[place - 1], ",") && isThing(tokens[place + 1]))),
  );
  if (at < 0 || tokens.some((token) => isWord(token, "prefer", "consider", "never"))) return undefined;
  if (isConditional(tokens.slice(0, at), 0) !== undefined) return "it depends on a condition";
  const deed = tokens
    .slice(0, at)
    .map(deedOf)
    .find((one) => one !== undefined);
  if (!deed || !tokens.slice(0, at).some((token) => isThing(token))) return undefined;
  const tail = tailAt(tokens, at + (isWord(tokens[at], "not") ? 1 : 2), reading, deed);
  if (typeof tail === "string") return tail;
  return tail.things.length === 0 ? "it names nothing that could be searched for" : checksOf(tail, [], reading);
}

/** "`x` may only be used in `src/`": forbidden anywhere else. */
function readOnly(tokens: readonly Token[], reading: Reading): readonly Read[] | string | undefined {
  const at = tokens.findIndex((token) => isWord(token, "only"));
  if (at < 0 || tokens.some((token) => isWord(token, ...NEGATIONS))) return undefined;
  const owners = thingsAt(tokens, at + 1, reading);
  if (at === 0 && owners && isWord(tokens[owners.next], "may", "can", "must", "should")) {
    const tail = tailAt(tokens, owners.next + 1, reading);
    if (typeof tail === "string") return tail;
    const elsewhere: Place = { test: (path) => !owners.test(path), next: 0 };
    return checksOf({ ...tail, places: [...tail.places, elsewhere] }, [], reading);
  }
  const plain = tokens.filter(
    (token, place) =>
      place !== at && !isWord(token, "may", "must", "can", "be", "is", "are", "always", "allowed", "permitted"),
  );
  const place = plain.findIndex(
    (token, one) => token.kind === "word" && one > 0 && placeAt(plain, one, reading) !== undefined,
  );
  const things = plain.slice(0, Math.max(0, place)).filter((token) => isThing(token));
  if (place < 0 || things.length === 0) return "it is not clear what it allows where";
  const others = plain
    .slice(0, place)
    .filter(
      (token) =>
        !isThing(token) &&
        deedOf(token) === undefined &&
        !isWord(token, "and", "or", "the", "of") &&
        !isMark(token, ","),
    );
  if (others.length > 0) return `it is not clear what "${others[0]!.text}" adds`;
  const places = restAt(plain, place, reading);
  if (typeof places === "string") return places;
  const outside: Place = { test: (path) => !places.some(({ test }) => test(path)), next: 0 };
  const deed =
    plain
      .slice(0, place)
      .map(deedOf)
      .find((one) => one !== undefined) ?? "use";
  return checksOf({ deed, verb: "", things, nouns: [], places: [outside] }, [], reading);
}

function checksOf(tail: Tail, head: readonly Place[], reading: Reading): readonly Read[] | string {
  const places = [...head, ...tail.places];
  const scope = scopeOf({ fits: () => true }, places, { ...reading, base: "" });
  const named = new Set(tail.things.map(({ text }) => text));
  const others = (reading.codes ?? []).filter((code) => !named.has(code));
  const forbidden: Forbidden = { ...tail, others, scope, placed: places.length > 0 };
  const checks = forbid(forbidden, reading);
  return typeof checks === "string" ? checks : checks.map((check) => ({ check, places }));
}

function scopeOf(around: Scope, places: readonly Place[], { base }: Reading): Scope {
  const region = places.find((place) => place.region)?.region;
  const under = base === "" ? "" : `${base}/`;
  return {
    fits: (path) => path.startsWith(under) && around.fits(path) && places.every(({ test }) => test(path)),
    ...(region && { region }),
  };
}
