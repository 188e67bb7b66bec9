import { expect, it } from "vitest";
import { cyclesOf } from "./cycles.js";
import { importedBy, sources } from "./sources.js";

it("has no circle of imports, types counted", () => {
  const files = sources("schemas", "hooks", "core", "plugins", "test");
  const graph = new Map(files.map((file) => [file.path, importedBy(file)]));
  expect([...graph.values()].flat().filter((to) => graph.has(to)).length).toBeGreaterThan(500);
  expect(cyclesOf(graph)).toEqual([]);
});

it("finds each circle with its path", () => {
  const graph = new Map([
    ["a", ["b", "c"]],
    ["b", ["d"]],
    ["c", ["d"]],
    ["d", ["b", "d"]],
  ]);
  expect(cyclesOf(graph)).toEqual(["b -> d -> b", "d -> d"]);
});
