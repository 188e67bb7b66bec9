import type { Deed } from "./forbid.js";
import type { Check } from "./rule.js";
import { placeAt, type Place, type Reading } from "./scope.js";
import { isMark, isThing, isWord, says, type Token } from "./tokens.js";

/** What one clause asks for, and where. */
export interface Read {
  readonly check: Check;
  readonly places: readonly Place[];
}

/** What stands behind "never", taken apart. */
export interface Tail {
  readonly deed: Deed;
  /** The word for it. */
  readonly verb: string;
  readonly things: readonly Token[];
  readonly nouns: readonly string[];
  readonly places: readonly Place[];
}

const DEEDS: Readonly<Record<Deed, string>> = {
  use: "read access reference use using used write written call called calling add added introduce include have keep leave employ ship allow declare emit put contain throw log",
  run: "run running execute executed invoke invoked type issue launch",
  import: "import imported importing require required depend pull load",
  edit: "edit edited editing modify modified change changed touch touched update updated delete deleted remove removed rename renamed overwrite overwritten alter altered rewrite reformat hand-edit",
  create: "create created place placed store stored commit committed check track",
  say: "say mention mentioned",
};
const DEED_OF: ReadonlyMap<string, Deed> = new Map(
  Object.entries(DEEDS).flatMap(([deed, words]) => words.split(" ").map((word) => [word, deed as Deed] as const)),
);

/** Words around an object that do not change what it is. */
const NOUNS = new Set(
  `the a an any new raw plain direct explicit bare existing of or nor type types keyword operator cast casts assertion assertions call calls
  statement statements function functions method methods hook hooks package packages library libraries module modules
  dependency dependencies crate gem import imports file files folder directory command commands flag flags option word words phrase
  phrases term terms comment comments component components api apis class classes helper helpers directive directives
  decorator decorators annotation annotations macro macros variable variables modifier attribute attributes property prop props
  tag tags url urls s element elements syntax loop loops block blocks code anything generated tests test from import`.split(
    /\s+/,
  ),
);
/** Words that say what everybody knows of the thing. */
const PLAIN = new Set(
  "deprecated legacy old global native built-in builtin standard default synchronous sync unsafe insecure internal private actual real literal your our its their this that these those".split(
    " ",
  ),
);
const ADVERBS = new Set(
  "directly anymore ever again anywhere manually yourself either here please simply just also whatsoever".split(" "),
);
/** More words that only stress what is said. */
const STRESS: readonly (readonly string[])[] = [
  "at all",
  "by hand",
  "in any case",
  "for any reason",
  "under any circumstances",
  "for debugging",
  "for logging",
].map((words) => words.split(" "));
const CONDITIONS = new Set("unless if when whenever while until till without before after only unless".split(" "));
const ENDS = new Set("because since otherwise instead but so use prefer it they this we they're it's".split(" "));

export function deedOf(token: Token | undefined): Deed | undefined {
  return token?.kind === "word" ? DEED_OF.get(token.text) : undefined;
}

/** Reads what is forbidden from `at` on; a sentence on why it cannot be told otherwise. `deed` is that of words before. */
export function tailAt(tokens: readonly Token[], from: number, reading: Reading, deed?: Deed): Tail | string {
  let at = from;
  while (isWord(tokens[at], "ever", "directly", "manually", "be", "please", "simply", "just", "again")) at++;
  const start = at;
  const verb = deedOf(tokens[at]);
  if (verb) at++;
  else if (!isThing(tokens[at]) && deed === undefined) return "it does not say in so many words what is not to be done";
  if (verb && verb !== "create") {
    const links = verb === "import" ? ["on", "in", "for", "from", "anything"] : ["on", "up", "for"];
    while (isWord(tokens[at], ...links) && (isThing(tokens[at + 1]) || isWord(tokens[at + 1], "from"))) at++;
  }
  if (isWord(tokens[at - 1], "commit", "check") && isWord(tokens[at], "to")) return "it is not about files";
  const things: Token[] = [];
  const nouns: string[] = [];
  for (; at < tokens.length; at++) {
    const token = tokens[at]!;
    const afterThing = things.length > 0;
    if (isThing(token)) things.push(token);
    else if (isMark(token, ",") && afterThing && isListed(tokens, at)) continue;
    else if (isWord(token, "and", "or", "nor") && afterThing && isThing(tokens[at + 1])) continue;
    else if (token.kind !== "word" || ends(tokens, at) || placeAt(tokens, at, reading)) break;
    else if (NOUNS.has(token.text) || !afterThing) nouns.push(token.text);
    else break;
  }
  const strange = things.length > 0 ? nouns.find((noun) => !NOUNS.has(noun) && !PLAIN.has(noun)) : undefined;
  if (strange !== undefined) return `it is not clear what "${strange}" adds`;
  const rest = restAt(tokens, at, reading);
  const kept = nouns.filter((noun) => !/^(?:the|an?|any|of|or|nor|from)$/.test(noun));
  if (typeof rest === "string") return rest;
  // "Never write to `dist/`", "never add files to it".
  const writes =
    isWord(tokens[start], "write", "add", "put", "keep", "leave") && things.length === 0 && rest.length > 0;
  return {
    deed: writes ? "create" : (verb ?? deed ?? "use"),
    verb: (verb ? tokens[start] : tokens[start - 1])?.text ?? "",
    things,
    nouns: kept,
    places: rest,
  };
}

function isListed(tokens: readonly Token[], at: number): boolean {
  return isThing(tokens[at + 1]) || (isWord(tokens[at + 1], "and", "or", "nor") && isThing(tokens[at + 2]));
}

function ends(tokens: readonly Token[], at: number): boolean {
  const token = tokens[at]!;
  return token.kind === "word" && (ENDS.has(token.text) || CONDITIONS.has(token.text));
}

/** Places up to the end of the clause. Anything that is no place could mean that the rule says something else. */
export function restAt(tokens: readonly Token[], from: number, reading: Reading): readonly Place[] | string {
  const places: Place[] = [];
  for (let at = from; at < tokens.length;) {
    const token = tokens[at]!;
    const place = placeAt(tokens, at, reading);
    if (place) {
      places.push(place);
      at = place.next;
    } else if (isMark(token, ",", "—") && placeAt(tokens, at + 1, reading)) at++;
    else if (isMark(token, "—", ":")) return isConditional(tokens, at) ?? places;
    else if (isMark(token, ",")) return isConditional(tokens, at + 1) ?? places;
    else if (token.kind !== "word") return `it is not clear what ${JSON.stringify(token.text)} adds`;
    else if (CONDITIONS.has(token.text) || isWord(token, "except")) return "it depends on a condition";
    else if (ENDS.has(token.text) || says(tokens, at, "as", ["it", "this", "that", "they", "we"])) return places;
    else if (ADVERBS.has(token.text)) at++;
    else if (stressAt(tokens, at) > 0) at += stressAt(tokens, at);
    else
      return `it is not clear what "${tokens
        .slice(at)
        .map(({ text }) => text)
        .slice(0, 4)
        .join(" ")}" adds`;
  }
  return places;
}

function stressAt(tokens: readonly Token[], at: number): number {
  return STRESS.find((words) => says(tokens, at, ...words))?.length ?? 0;
}

export function isConditional(tokens: readonly Token[], from: number): string | undefined {
  const found = tokens.slice(from).find((token) => isWord(token, "unless", "except", "if", "when"));
  return found ? "it depends on a condition" : undefined;
}
