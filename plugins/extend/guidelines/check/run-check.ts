import { posix, relative, sep } from "node:path";
import { EXIT } from "../../../../schemas/errors.js";
import type { Invocation } from "../../../../schemas/front.js";
import { readText } from "../../read-text.js";
import type { FoundPlaces } from "../find-places.js";
import { entriesOf, gather } from "../gather.js";
import type { Entry } from "../loader.js";
import type { Showing } from "../memory.js";
import { NAMES, placesIn, type Place } from "../places.js";
import { pathGlob } from "../../../../schemas/path-glob.js";
import { checkTree } from "./check-tree.js";
import { extract } from "./extract.js";
import { layoutOf, treeOf, type Tree } from "./tree.js";
import { reportJson, reportText, type Report } from "./report.js";
import type { Rule, Unchecked } from "./rule.js";
import { statementsOf } from "./statements.js";

/** `nacre guidelines check`. Resolves with 1 when something stands against a rule. */
export async function runCheck(found: FoundPlaces, showing: Showing, { io, flags }: Invocation): Promise<number> {
  const { diff } = flags;
  const since = diff === undefined || diff === false ? undefined : diff === true ? "HEAD" : String(diff);
  const tree = await treeOf(found.project, showing.kernel.env, since);
  const entries = await guidelinesOf(tree, found, showing);
  const { rules, unchecked } = rulesOf(entries, tree);
  const checked = checkTree(tree, rules, new Set(entries.map(({ file }) => below(tree.root, file))));
  const report: Report = {
    root: tree.root,
    guidelines: entries.map(({ file }) => file),
    rules,
    unchecked,
    ...checked,
    since,
  };
  const text =
    flags["json"] === true
      ? reportJson(report)
      : reportText(report, flags["verbose"] === true || flags["all"] === true);
  io.stdout.write(`${text}\n`);
  return report.breaches.length > 0 ? EXIT.failed : EXIT.done;
}

const MOST_FOLDERS = 500;

/** Guidelines for the project as a whole, those of folders deep in it included. */
async function guidelinesOf(tree: Tree, found: FoundPlaces, { kernel, userHome }: Showing): Promise<readonly Entry[]> {
  const known = new Set(found.places.map(({ path }) => path));
  const isOne = (path: string): boolean =>
    NAMES.includes(posix.basename(path)) || /(?:^|\/)\.(?:claude|nacre)\/rules\/.*\.md$/.test(path);
  const folders = new Set(
    tree.files
      .filter(isOne)
      .map((path) => posix.dirname(path).replace(/(?:^|\/)\.(?:claude|nacre)(?:\/rules.*)?$/, "")),
  );
  const nested = [...folders]
    .slice(0, MOST_FOLDERS)
    .flatMap((folder): Place[] => placesIn(posix.join(tree.root, folder), kernel));
  const places = [...found.places, ...nested.filter(({ path }) => !known.has(path))];
  const gathered = await gather(places, { kernel, userHome, project: found.project, told: new Set() });
  return entriesOf(gathered).filter(({ text, globs }) => text !== undefined || globs !== undefined);
}

/** Every sentence that says must or never, as a check or with why it is none. */
function rulesOf(
  entries: readonly Entry[],
  tree: Tree,
): { readonly rules: readonly Rule[]; readonly unchecked: readonly Unchecked[] } {
  const rules: Rule[] = [];
  const unchecked: Unchecked[] = [];
  const layout = layoutOf(tree);
  for (const { file, base, globs } of entries) {
    const text = readText(file);
    if (typeof text !== "string") continue;
    const reading = { layout, base: below(tree.root, base) };
    const under = reading.base === "" ? "" : `${reading.base}/`;
    const tests = globs?.map((glob) => pathGlob(under + glob));
    for (const statement of statementsOf(file, text)) {
      const extracted = extract(statement, reading);
      if (extracted.unchecked) unchecked.push(extracted.unchecked);
      for (const rule of extracted.rules) {
        const { scope } = rule;
        const fits = (path: string): boolean => scope.fits(path) && (tests?.some((test) => test(path)) ?? true);
        rules.push({ ...rule, scope: { ...scope, fits } });
      }
    }
  }
  return { rules, unchecked };
}

/** A path below the root; "" for the root itself and for all that lies elsewhere. */
function below(root: string, path: string): string {
  const way = relative(root, path).split(sep).join("/");
  return way.startsWith("..") ? "" : way;
}
