import { importsOf } from "./find-imports.js";
import { codeSearch } from "./find-text.js";
import { pathTest, type PathTest } from "./paths.js";
import type { Check, Hit } from "./rule.js";
import { thingsAt, type Place, type Reading } from "./scope.js";
import type { Read } from "./sentence.js";
import type { Source } from "./source.js";
import { subjectPlaces } from "./subject-places.js";
import { isThing, isWord, says, type Token } from "./tokens.js";

/** "Import specifiers must end in `.js`". */
export function readImportEnding(tokens: readonly Token[]): readonly Read[] | undefined {
  const end = tokens.findIndex((token, at) => isWord(token, "end") && isWord(tokens[at + 1], "in", "with"));
  const ending = tokens[end + 2];
  if (end < 0 || ending?.kind !== "code" || !/^\.\w+$/.test(ending.text) || tokens.length > end + 3) return undefined;
  if (!tokens.slice(0, end).some((token) => isWord(token, "import", "imports", "specifiers"))) return undefined;
  const find = (source: Source): readonly Hit[] =>
    importsOf(source).filter(
      ({ module, path }) =>
        path !== undefined &&
        !module.endsWith(ending.text) &&
        !/\.(?:json|css|scss|svg|png|md|wasm|node|txt)$/.test(module),
    );
  return [
    {
      check: { kind: "import", says: `The import does not end in ${ending.text}`, find },
      places: scripts(["typescript", "javascript"]),
    },
  ];
}

/** "Always import `Button` from `@/ui`". */
export function readImportFrom(tokens: readonly Token[]): readonly Read[] | undefined {
  const at = tokens.findIndex((token, place) => isWord(tokens[place - 1], "always", "must") && isWord(token, "import"));
  const [name, from, module, ...rest] = tokens.slice(at + 1);
  if (
    at < 0 ||
    name?.kind !== "code" ||
    !isWord(from, "from") ||
    module?.kind !== "code" ||
    rest.length > 0 ||
    !/^\w+$/.test(name.text)
  )
    return undefined;
  const wanted = module.text.replace(/^["']|["']$/g, "");
  const find = (source: Source): readonly Hit[] =>
    importsOf(source).filter(
      (one) =>
        one.names.includes(name.text) &&
        one.module !== wanted &&
        (one.path === undefined || !one.path.startsWith(wanted)),
    );
  return [{ check: { kind: "import", says: `"${name.text}" is not imported from ${wanted}`, find }, places: [] }];
}

/** "Every source file must begin with `// SPDX`", "all test files must import `./setup`". */
export function readContent(tokens: readonly Token[], reading: Reading): readonly Read[] | undefined {
  const must = tokens.findIndex((token) => isWord(token, "must"));
  const begins = says(tokens, must + 1, ["begin", "start"], "with");
  const holds = isWord(tokens[must + 1], "contain", "include", "import");
  const things = tokens.slice(must + 1).filter((token) => isThing(token));
  const isAll = isWord(tokens[0], "every", "all", "each");
  const isFiles = tokens.slice(0, must).some((token) => isWord(token, "file", "files"));
  if (must < 1 || (!begins && !holds) || things.length !== 1 || !isAll || !isFiles || !isThing(tokens.at(-1)))
    return undefined;
  const places = subjectPlaces(tokens.slice(0, must), reading);
  if (!places) return undefined;
  const known = tokens
    .slice(1, must)
    .every(
      (token) =>
        isThing(token) ||
        isWord(token, "file", "files", "source", "code", "new", "in", "test", "tests", "the") ||
        thingsAt([token], 0, reading) !== undefined,
    );
  const wanted = things[0]!.text;
  if (!known || (places.length === 0 && !isWord(tokens[1], "source", "code", "new"))) return undefined;
  const search = codeSearch(wanted);
  const find = (source: Source): readonly Hit[] => {
    if (!source.language?.isCode) return [];
    const body = source.text.replace(/^#!.*\n/, "").trimStart();
    const holdsIt = begins
      ? body.startsWith(wanted)
      : (search?.pattern.test(source.text) ?? false) || source.text.includes(wanted);
    if (search) search.pattern.lastIndex = 0;
    return holdsIt ? [] : [{ line: 1, column: 1 }];
  };
  const check: Check = {
    kind: "content",
    says: `The file does not ${begins ? "begin with" : "hold"} "${wanted}"`,
    find,
  };
  return [{ check, places }];
}

function scripts(names: readonly string[]): readonly Place[] {
  const test: PathTest = (path) =>
    names.some((name) => pathTest(name === "typescript" ? "*.{ts,tsx,mts,cts}" : "*.{js,jsx,mjs,cjs}", "")(path));
  return [{ test, next: 0 }];
}
