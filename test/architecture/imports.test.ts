import { expect, it } from "vitest";
import { importedBy, isTest, source, sources, type Source } from "./sources.js";

const LAYERS = ["schemas", "hooks", "core", "plugins"];
/** The executable stands above the kernel and knows no plugin. */
const EXECUTABLE: ReadonlySet<string> = new Set(["schemas", "core", "bin"]);
/** Plugin code that only tests use. */
const HELPER = /(^|\/)(testing|house|samples|kill-target|drive|person|test-client|cases\/[\w-]+)\.ts$/;
/** The way in for programs stands in a plugin's folder and hands the kernel on. */
const EMBED = "plugins/fronts/embed/";

/** Why a file may not import another; undefined when it may. */
function objection(from: string, to: string): string | undefined {
  const [layer, ownGroup, ownPlugin] = from.split("/") as [string, string, string];
  const [target, group, plugin] = to.split("/") as [string, string, string];
  const forTests = isTest(from) || HELPER.test(from);
  if (target === "test") return forTests ? undefined : "only tests import test/";
  if (HELPER.test(to)) return forTests ? undefined : "only tests import a test's helper";
  if (layer === "bin") return EXECUTABLE.has(target) ? undefined : `the executable must not know ${target}`;
  if (!LAYERS.includes(target)) return "it belongs to no layer";
  if (LAYERS.indexOf(target) > LAYERS.indexOf(layer)) return `${layer} must not know ${target}`;
  if (target !== "plugins" || layer !== "plugins") return undefined;
  if (group !== ownGroup) return "a plugin never imports another group";
  const shared = to.split("/").length === 3;
  const same = from.split("/").length > 3 && plugin === ownPlugin;
  return shared || same ? undefined : "a plugin's folder is imported by itself alone";
}

function objections(files: readonly Source[]): string[] {
  return files.flatMap((file) =>
    importedBy(file).flatMap((to) => {
      const why = objection(file.path, to);
      return why === undefined ? [] : [`${file.path} imports ${to}: ${why}`];
    }),
  );
}

/** What a plugin may use of the kernel: its types and the helper that spreads a manifest; a way in may build one. */
function kernelUse(file: Source): string[] {
  if (isTest(file.path) || HELPER.test(file.path) || file.path.startsWith(EMBED)) return [];
  return importedBy(file)
    .filter((to) => to.startsWith("core/") && to !== "core/types.ts" && to !== "core/live.ts")
    .map((to) => `${file.path} imports ${to}`);
}

it("lets imports run one way: schemas, hooks, core, plugins", () => {
  const files = sources(...LAYERS, "bin");
  expect(files.length).toBeGreaterThan(100);
  expect(objections(files)).toEqual([]);
});

it("lets a plugin know of core only its types and `live`, but for the way in for programs", () => {
  expect(sources("plugins").flatMap(kernelUse)).toEqual([]);
});

it.each([
  ["schemas/a.ts", 'import type { B } from "../hooks/b.js";'],
  ["bin/a.ts", 'const b = await import("../plugins/x/b.js");'],
  ["core/a.ts", 'import { b } from "../bin/b.js";'],
  ["hooks/a.ts", 'export * from "../core/b.js";'],
  ["core/a.ts", 'const b = await import("../plugins/x/b.js");'],
  ["core/a.ts", 'type B = import("../plugins/x/b.js").B;'],
  ["plugins/tools/a/index.ts", 'import { b } from "../b/index.js";'],
  ["plugins/tools/a/index.ts", 'import { b } from "../../guard/b.js";'],
  ["plugins/tools/shared.ts", 'import { b } from "./a/b.js";'],
  ["plugins/tools/a/index.ts", 'import { boot } from "../../../test/boot.js";'],
  ["plugins/tools/a/index.ts", 'import { b } from "../testing.js";'],
])("would notice that %s says %s", (path, text) => {
  expect(objections([source(path, text)])).toHaveLength(1);
});
