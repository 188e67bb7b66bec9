import { expect, it } from "vitest";
import { isTest, nodesOf, placeOf, sources, type Node } from "./sources.js";

/** The one plugin that decides about trust. */
const DECIDES = "plugins/guard/trust/";
/** Test helpers stand beside the code and make what they need. */
const HELPER = /(^|\/)(testing|house|samples|drive|person)\.ts$/;

const files = sources("schemas", "hooks", "core", "plugins").filter(({ path }) => !isTest(path) && !HELPER.test(path));

function named(node: unknown): string | undefined {
  const type = node as Node | null | undefined;
  const name = (type?.["typeName"] ?? type) as Node | undefined;
  return typeof name?.["name"] === "string" ? name["name"] : undefined;
}

it("lets the plugin that decides about trust alone make the proof of it", () => {
  const made = files.flatMap((file) =>
    [...nodesOf(file.tree)]
      .filter(
        (node) =>
          (node.type === "NewExpression" && named(node["callee"]) === "Trusted") ||
          (/^TS(As|TypeAssertion)/.test(node.type) && named(node["typeAnnotation"]) === "Trusted") ||
          (node.type.startsWith("Class") && named(node["superClass"]) === "Trusted"),
      )
      .map((node) => placeOf(file, node)),
  );
  expect(made.filter((place) => !place.startsWith(DECIDES))).toEqual([]);
  expect(made.length).toBeGreaterThan(0);
});

it("asks for the proof as an argument wherever a project's content is made to act", () => {
  const takes = new Set(
    files
      .filter(({ text }) => /\b_?trusted: Trusted\b|\bTrusted \| undefined\b|Held</.test(text))
      .map(({ path }) => path),
  );
  const loaders = [
    "core/settings.ts",
    "core/layers.ts",
    "plugins/extend/shell-hooks/settings-hooks.ts",
    "plugins/extend/hookify/rules.ts",
    "plugins/extend/guidelines/gather.ts",
    "plugins/agents/subagents/worktree.ts",
  ];
  expect(loaders.filter((path) => !takes.has(path))).toEqual([]);
});
