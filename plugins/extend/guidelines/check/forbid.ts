import type { Check, Hit, Scope } from "./rule.js";
import { commandHits, isCommand, PROGRAMS } from "./find-commands.js";
import { importsOf } from "./find-imports.js";
import { codeSearch, hitsOf, wordSearch } from "./find-text.js";
import { isGenerated, isPath, isTestFile, pathTest, type PathTest } from "./paths.js";
import { phraseCheck } from "./phrases.js";
import type { Reading } from "./scope.js";
import type { Source } from "./source.js";
import type { Token } from "./tokens.js";

/** What a verb does with its object. */
export type Deed = "use" | "run" | "import" | "edit" | "create" | "say";

export interface Forbidden {
  readonly deed: Deed;
  /** The word for it. */
  readonly verb: string;
  /** Other code in the sentence, such as what is to be used instead. */
  readonly others: readonly string[];
  readonly things: readonly Token[];
  /** Words around the things, such as "comments" or "package". */
  readonly nouns: readonly string[];
  /** Where it is forbidden. */
  readonly scope: Scope;
  /** True where the sentence itself names a place. */
  readonly placed: boolean;
}

/** The checks for what a sentence forbids, or why there are none. */
export function forbid(forbidden: Forbidden, reading: Reading): readonly Check[] | string {
  const { deed, verb, things, nouns } = forbidden;
  const words = [...things.map(({ text }) => text), ...nouns].join(" ").toLowerCase();
  if (deed === "edit" || deed === "create") return forbidFiles(forbidden, reading);
  const areFiles = nouns.some((noun) => /^files?$/.test(noun)) && things.length > 0;
  const adds = /^(?:add|put|keep)$/.test(verb) && things.length > 0;
  if ((areFiles || adds) && things.every(({ text }) => isPath(text, reading.layout)))
    return forbidFiles({ ...forbidden, deed: "create" }, reading);
  const phrase = phraseCheck(words) ?? phraseCheck(nouns.join(" "));
  if (phrase) return [phrase];
  if (things.length === 0) return "it names nothing that could be searched for";
  const checks: Check[] = [];
  for (const thing of things) {
    const check = forbidThing(thing, forbidden, reading);
    if (typeof check === "string") return check;
    checks.push(check);
  }
  return checks;
}

const IMPORTS = /^(?:imports?|packages?|librar(?:y|ies)|modules?|dependenc(?:y|ies)|crates?|gems?)$/;

function forbidThing(
  { kind, text }: Token,
  { deed, verb, nouns, scope, others }: Forbidden,
  reading: Reading,
): Check | string {
  const isWordy = kind === "quote" && !/[.()_=<>{}]/.test(text);
  if (isWordy && verb === "no") return `it is not clear what ${quoted(text)} stands for`;
  if (
    deed === "say" ||
    isWordy ||
    nouns.some((noun) => /^(?:words?|phrases?|terms?|wording|expressions?)$/.test(noun))
  ) {
    const pattern = wordSearch(text);
    const region = scope.region ?? "all";
    return {
      kind: "word",
      says: /\s/.test(text) ? `The words "${text}" stand here` : `The word "${text}" stands here`,
      find: (source) => hitsOf(source, region, pattern),
    };
  }
  if (deed === "run" || nouns.some((noun) => /^(?:commands?|flags?)$/.test(noun)) || isCommand(text)) {
    const sure = deed !== "use" || /\s/.test(text) || text.startsWith("-") || PROGRAMS.has(text);
    if (sure)
      return { kind: "command", says: `${quoted(text)} is run here`, find: (source) => commandHits(source, text) };
  }
  if (deed === "import" || nouns.some((noun) => IMPORTS.test(noun)) || /^@[\w-]+\/|^node:/.test(text))
    return forbidImport(text, reading);
  if (text.endsWith("/") && !text.endsWith("://")) return forbidImport(text, reading);
  if (text === "any") return phraseCheck("any type")!;
  if (/\.\w+$/.test(text) && isPath(text, reading.layout) && /[/*]/.test(text))
    return `${quoted(text)} names files, not text`;
  const search = codeSearch(text);
  if (!search) return `${quoted(text)} is too little to search for`;
  const region = nouns.includes("comments") || nouns.includes("comment") ? "comments" : (scope.region ?? search.region);
  const name = /^[a-z][\w.-]*$/.test(text) ? text.replace(/\.js$/, "") : undefined;
  const find = (source: Source): readonly Hit[] => {
    const modules = name === undefined ? [] : importsOf(source).filter(({ module }) => isModule(module, name));
    // Where a module of that name is imported, that is the place to tell of; the name alone could be anybody's.
    if (modules.length > 0) return modules.filter(({ module }) => !others.includes(module));
    return source.language?.isCode ? hitsOf(source, region, search.pattern) : [];
  };
  return { kind: "word", says: `${quoted(text)} is used here`, find };
}

function isModule(module: string, name: string): boolean {
  const plain = module.replace(/^node:/, "");
  return plain === name || plain.startsWith(`${name}/`);
}

function forbidImport(text: string, reading: Reading): Check {
  const module = text.replace(/^(?:import|from)\s+/, "").replace(/^["']|["'];?$/g, "");
  const folder = isPath(module, reading.layout) && !module.startsWith("@") ? pathTest(module, reading.base) : undefined;
  const plain = module.replace(/\/?\*+$|\/$/, "");
  const find = (source: Source): readonly ReturnType<typeof importsOf>[number][] =>
    importsOf(source).filter((one) => {
      const written = one.module.replace(/^node:/, "");
      if (
        written === plain.replace(/^node:/, "") ||
        one.module === plain ||
        one.module.startsWith(`${plain}/`) ||
        one.module.startsWith(`${plain}.`)
      )
        return true;
      return one.path !== undefined && folder !== undefined && (folder(one.path) || folder(`${one.path}/x`));
    });
  return { kind: "import", says: `${quoted(module)} is imported here`, find };
}

function forbidFiles(
  { deed, verb, things, nouns, scope, placed }: Forbidden,
  { layout, base }: Reading,
): readonly Check[] | string {
  const strange = things.find(({ kind, text }) => kind !== "code" || !isPath(text, layout));
  if (strange) return `${quoted(strange.text)} names no file or folder`;
  if (things.length === 0 && !(isAboutFiles(nouns) && placed)) return "it names no file or folder";
  const newOnly = /^(?:create|write|add|put|place)/.test(verb) || nouns.includes("new");
  const check = (what: string, test: PathTest): Check => {
    const means: PathTest = (path) => test(path) && scope.fits(path);
    if (deed === "edit") return { kind: "change", says: `${what} is to be left as it is`, touched: means };
    return { kind: "place", says: `${what} is not to be here`, misplaced: means, ...(newOnly && { newOnly }) };
  };
  if (things.length === 0) return [check(deed === "edit" ? "What stands here" : "A file", subjectOf(nouns))];
  return things.map(({ text }) => check(quoted(text), pathTest(text, base)));
}

function isAboutFiles(nouns: readonly string[]): boolean {
  return nouns.every((noun) =>
    /^(?:files?|code|anything|tests?|source|generated|new|existing|any|them|it|things?|stuff|something)$/.test(noun),
  );
}

function subjectOf(nouns: readonly string[]): PathTest {
  return nouns.some((noun) => /^tests?$/.test(noun)) ? isTestFile : () => true;
}

/** Whether a rule about what files hold is about this one at all. */
export function isLookedInto(path: string, check: Check): boolean {
  const isManifest = path.endsWith("package.json") && (check.kind === "import" || check.kind === "command");
  return isManifest || !isGenerated(path);
}

function quoted(text: string): string {
  return `"${text}"`;
}
