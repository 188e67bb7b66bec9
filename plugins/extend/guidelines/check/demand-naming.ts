import { posix } from "node:path";
import { isGenerated, isTestFile, pathTest, type PathTest } from "./paths.js";
import type { Reading } from "./scope.js";
import type { Read } from "./sentence.js";
import { subjectPlaces } from "./subject-places.js";
import type { Token } from "./tokens.js";

const CASES: Readonly<Record<string, readonly [label: string, test: RegExp]>> = {
  "kebab-case": ["kebab-case", /^[a-z\d]+(?:-[a-z\d]+)*$/],
  snake_case: ["snake_case", /^_{0,2}[a-z\d]+(?:_[a-z\d]+)*_{0,2}$/],
  camelcase: ["camelCase", /^[a-z][a-zA-Z\d]*$/],
  pascalcase: ["PascalCase", /^[A-Z][a-zA-Z\d]*$/],
  lowercase: ["in lower case", /^[^A-Z]*$/],
};
/** Names that tools dictate. */
const DICTATED =
  /^(?:[A-Z][A-Z_-]*(?:\.\w+)*|Makefile|Dockerfile.*|Cargo\.\w+|Gemfile.*|Rakefile|Procfile|Jenkinsfile|Vagrantfile|Pipfile.*|CMakeLists\.txt|__\w+__\.py|\..*)$/;

/** "File names must be kebab-case", "test files must be named `*.test.ts`". */
export function readNaming(tokens: readonly Token[], reading: Reading): readonly Read[] | undefined {
  const words = tokens.map(({ text }) => text.toLowerCase());
  const isAboutNames =
    words.some((word) => /^(?:files?|filenames?|file-names?)$/.test(word)) &&
    !words.some((word) =>
      /^(?:variables?|functions?|class|classes|types?|constants?|methods?|branch|branches|columns?|tables?)$/.test(
        word,
      ),
    );
  const style = words.find((word) => Object.hasOwn(CASES, word));
  if (style !== undefined && isAboutNames && !words.includes("never")) {
    const [label, test] = CASES[style]!;
    const places = subjectPlaces(
      tokens.filter(({ text }) => text.toLowerCase() !== style),
      reading,
    );
    if (!places) return undefined;
    const misplaced: PathTest = (path) => {
      const name = posix.basename(path);
      return !DICTATED.test(name) && !isGenerated(path) && !test.test(name.replace(/\..*$/, ""));
    };
    return [{ check: { kind: "name", says: `The file's name is not ${label}`, misplaced }, places }];
  }
  const named = words.findIndex(
    (word, place) => word === "named" || (word === "end" && /^(?:in|with)$/.test(words[place + 1] ?? "")),
  );
  const pattern = tokens.slice(named + 1).find((token) => token.kind === "code")?.text;
  if (named < 1 || pattern === undefined || !isAboutNames || !/^[\w*.-]*\*?\.[\w.*-]+$/.test(pattern)) return undefined;
  const places = subjectPlaces(tokens.slice(0, named), reading);
  const isTests = words.slice(0, named).some((word) => /^tests?$/.test(word));
  if (!places || (!isTests && places.length === 0)) return undefined;
  const fits = pathTest(pattern.startsWith("*") ? pattern : `*${pattern}`, "");
  // What tests are called is just what the rule decides; so only names that say test in another way are wrong.
  const misplaced: PathTest = (path) => !fits(path) && (!isTests || isTestFile(path));
  return [
    { check: { kind: "name", says: `The file is not named ${pattern}`, misplaced }, places: isTests ? [] : places },
  ];
}
