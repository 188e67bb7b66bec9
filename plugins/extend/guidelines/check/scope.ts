import { languageCalled, languageOf } from "./language.js";
import { isOfTests, isPath, pathTest, type Layout, type PathTest } from "./paths.js";
import type { Scope } from "./rule.js";
import type { Region } from "./source.js";
import { isMark, isThing, isWord, type Token } from "./tokens.js";

/** What sentences are read with. */
export interface Reading {
  readonly layout: Layout;
  /** The folder that the guidelines speak about, below the root; "" for the root. */
  readonly base: string;
  /** All code in the sentence that is read. */
  readonly codes?: readonly string[];
}

/** A piece of a sentence that says where a rule holds. */
export interface Place {
  readonly test: PathTest;
  readonly region?: Region;
  /** What follows it. */
  readonly next: number;
}

const INTO = new Set([
  "in",
  "inside",
  "within",
  "under",
  "below",
  "throughout",
  "across",
  "anywhere",
  "for",
  "from",
  "into",
  "to",
]);
const OUT = new Set(["outside", "except", "excluding", "besides"]);
const FILLER = new Set(
  "the any all our your every each new a an this that these of in inside within under for file files folder folders directory directories code module modules package packages project's".split(
    " ",
  ),
);
const EVERYWHERE = new Set(
  "repo repository project codebase code-base base source sources app application here".split(" "),
);

/** Reads "in `src/`", "outside of tests", "except in `scripts/`". Undefined where it is something else or cannot be told. */
export function placeAt(tokens: readonly Token[], at: number, reading: Reading): Place | undefined {
  const first = tokens[at];
  if (first?.kind !== "word") return undefined;
  const isPair =
    (isWord(first, "other") && isWord(tokens[at + 1], "than")) ||
    (isWord(first, "apart") && isWord(tokens[at + 1], "from"));
  const out = OUT.has(first.text) || isPair;
  if (!out && !INTO.has(first.text)) return undefined;
  const noun = thingsAt(tokens, at + (isPair ? 2 : 1), reading);
  if (!noun) return undefined;
  const { test } = noun;
  return out ? { ...noun, test: (path) => !test(path) } : noun;
}

/** Reads "`src/`", "`a/` and `b/`", "test files", "TypeScript", "code or documentation". */
export function thingsAt(tokens: readonly Token[], from: number, reading: Reading): Place | undefined {
  const tests: PathTest[] = [];
  let region: Region | undefined;
  let at = from;
  for (;;) {
    const one = alternativeAt(tokens, at, reading);
    if (!one) break;
    tests.push(one.test);
    region = one.region ?? region;
    at = one.next;
    const comma = isMark(tokens[at], ",") ? 1 : 0;
    const joined = comma + (isWord(tokens[at + comma], "and", "or") ? 1 : 0);
    if (joined === 0 || !alternativeAt(tokens, at + joined, reading)) break;
    at += joined;
  }
  const test: PathTest = (path) => tests.some((each) => each(path));
  return tests.length === 0 ? undefined : { test, next: at, ...(region && { region }) };
}

/** One of them, with the words around it. */
function alternativeAt(tokens: readonly Token[], from: number, reading: Reading): Place | undefined {
  let test: PathTest | undefined;
  let region: Region | undefined;
  let names = false;
  let at = from;
  for (; at < tokens.length; at++) {
    const token = tokens[at]!;
    if (isThing(token)) {
      if (test || token.kind !== "code" || !isPath(token.text, reading.layout)) break;
      test = pathTest(token.text, reading.base);
      continue;
    }
    const named = test || region ? undefined : (namedBy(token, tokens[at + 1]) ?? folderBy(token, reading));
    if (named) {
      ({ test, region } = { test: named.test, region: named.region });
      names = true;
      at += named.more;
    } else if (!FILLER.has(token.text) || token.kind !== "word") break;
    else if (/^(?:files?|code|folders?|director(?:y|ies))$/.test(token.text)) names = true;
  }
  if (!test && !names) return undefined;
  return { test: test ?? (() => true), next: at, ...(region && { region }) };
}

/** "components" are what stands in folders of that name, where there are any. */
function folderBy({ kind, text }: Token, { layout, base }: Reading): Named | undefined {
  const isFolder = kind === "word" && text.length > 3 && layout.folderNames.has(text) && !FILLER.has(text);
  return isFolder ? { test: pathTest(`${text}/`, base), more: 0 } : undefined;
}

interface Named {
  readonly test?: PathTest;
  readonly region?: Region;
  /** Further words that belong to it. */
  readonly more: number;
}

function namedBy(token: Token, next: Token | undefined): Named | undefined {
  if (token.kind !== "word") return undefined;
  const { text } = token;
  if (/^(?:tests?|specs?|unit-tests)$/.test(text) || (text === "unit" && isWord(next, "tests"))) {
    return { test: isOfTests, more: text === "unit" ? 1 : 0 };
  }
  if (/^(?:non-tests?|production)$/.test(text)) return { test: (path) => !isOfTests(path), more: 0 };
  if (text === "comments") return { region: "comments", more: 0 };
  if (text === "code" && isWord(next, "comments")) return { region: "comments", more: 1 };
  if (EVERYWHERE.has(text)) return { more: text === "code" && isWord(next, "base") ? 1 : 0 };
  const language = languageCalled(text);
  if (!language) return undefined;
  return { test: (path) => languageOf(path)?.name === language.name, more: 0 };
}

/** What headings narrow: "Python", "Tests", "`src/api`". Undefined where they speak of something that is no file. */
export function scopeOfHeadings(headings: readonly string[], { layout, base }: Reading): Scope | undefined {
  const tests: PathTest[] = [];
  for (const heading of headings) {
    if (
      /\b(?:commits?|commit messages?|pull requests?|prs?|reviews?|communication|answers?|replies|releases?)\b/i.test(
        heading,
      )
    )
      return undefined;
    const code = /`([^`]+)`/.exec(heading)?.[1];
    if (code !== undefined && isPath(code, layout)) tests.push(pathTest(code, base));
    const words = heading.toLowerCase().split(/[\s/&,]+/);
    const languages = new Set(words.flatMap((word) => languageCalled(word)?.name ?? []));
    if (languages.size > 0)
      tests.push((path) => languages.has(languageOf(path)?.name ?? "") || isManifestOf(languages, path));
    else if (/^(?:unit |writing )?(?:tests?|testing)\b/i.test(heading)) tests.push(isOfTests);
  }
  return { fits: (path) => tests.every((test) => test(path)) };
}

/** What a project depends on belongs to its language. */
function isManifestOf(languages: ReadonlySet<string>, path: string): boolean {
  return (languages.has("typescript") || languages.has("javascript")) && /(?:^|\/)package\.json$/.test(path);
}
