import { describe, expect, it } from "vitest";
import { isTest, linesOf, nodesOf, placeOf, sources, type Node, type Source } from "./sources.js";

const FUNCTION = /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/;
const SUPPRESSION = /@ts-(ignore|expect-error|nocheck)|(oxlint|eslint)-disable/;

const kernel = sources("core", "hooks", "schemas");
const everything = [...sources("bin"), ...kernel, ...sources("plugins", "test")];
const product = everything.filter(({ path }) => !isTest(path) && !path.startsWith("test/"));

function functionsOf(file: Source, tooMuch: (node: Node) => boolean): string[] {
  return [...nodesOf(file.tree)]
    .filter((node) => FUNCTION.test(node.type) && tooMuch(node))
    .map((node) => placeOf(file, node));
}

describe("the limits of the house", () => {
  it("keeps core under 1,500 lines in all", () => {
    const counted = kernel.filter(({ path }) => path.startsWith("core/") && !isTest(path) && !path.endsWith(".d.ts"));
    expect(counted.reduce((sum, { text }) => sum + linesOf(text), 0)).toBeLessThan(1500);
  });

  it("keeps each file at 300 lines or fewer, tests at 600", () => {
    const most = (path: string): number => (isTest(path) ? 600 : 300);
    const long = everything.filter(({ path, text }) => linesOf(text) > most(path));
    expect(long.map(({ path, text }) => `${path}: ${linesOf(text)}`)).toEqual([]);
  });

  it("keeps each function at 50 lines and four parameters or fewer", () => {
    const long = (file: Source) => (node: Node) => linesOf(file.text.slice(node.start, node.end)) > 50;
    expect(product.flatMap((file) => functionsOf(file, long(file)))).toEqual([]);
    const wide = (node: Node): boolean => (node["params"] as readonly Node[]).length > 4;
    expect(product.flatMap((file) => functionsOf(file, wide))).toEqual([]);
  });

  it("has no `any` in core, hooks and schemas", () => {
    const found = kernel.flatMap((file) =>
      [...nodesOf(file.tree)].filter(({ type }) => type === "TSAnyKeyword").map((node) => placeOf(file, node)),
    );
    expect(found).toEqual([]);
  });

  it("suppresses no check in core, hooks and schemas", () => {
    expect(kernel.filter(({ text }) => SUPPRESSION.test(text)).map(({ path }) => path)).toEqual([]);
  });

  it("gives a plugin at most ten members to hold", () => {
    expect(membersOf("PluginContext").toSorted()).toEqual(
      ["add", "all", "get", "kernel", "onDispose", "plugin", "point", "settings", "signal", "tap"].toSorted(),
    );
  });
});

/** Names of the members of an interface of `core/types.ts`, those that it picks from another included. */
function membersOf(name: string): string[] {
  const types = kernel.find(({ path }) => path === "core/types.ts")!;
  const found = [...nodesOf(types.tree)].find(
    (node) => node.type === "TSInterfaceDeclaration" && (node["id"] as Node)["name"] === name,
  )!;
  const own = ((found["body"] as Node)["body"] as readonly Node[]).map(
    (node) => (node["key"] as Node)["name"] as string,
  );
  const picked = (found["extends"] as readonly Node[]).flatMap((node) => [...nodesOf(node)]);
  return [...own, ...picked.flatMap((node) => (node.type === "Literal" ? [node["value"] as string] : []))];
}
