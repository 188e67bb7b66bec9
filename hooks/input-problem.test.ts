import { expect, it } from "vitest";
import { inputProblem } from "./input-problem.js";

const tool = (properties: object): Parameters<typeof inputProblem>[0] => ({
  name: "T",
  inputSchema: { type: "object", properties, required: ["a"] },
});

it("names the first place that does not fit", () => {
  expect(inputProblem(tool({ a: { type: "number" } }), { a: 1 })).toBeUndefined();
  expect(inputProblem(tool({ a: { type: "number" } }), { a: "x" })).toMatch(/^Invalid input for T at "a": /);
  expect(inputProblem(tool({ a: { type: "string", pattern: "^x+$" } }), { a: "xx" })).toBeUndefined();
  expect(inputProblem(tool({ a: { type: "string", pattern: "^x+$" } }), { a: "y" })).toMatch(/^Invalid input for T/);
});

it("gives a schema's pattern half a second, and refuses what it does not get done (advisory 69)", () => {
  const started = performance.now();
  const problem = inputProblem(tool({ a: { type: "string", pattern: "^(a+)+$" } }), { a: `${"a".repeat(40)}!` });
  expect(problem).toBe("Invalid input for T: its patterns took more than 500 ms to check it.");
  expect(performance.now() - started).toBeLessThan(10_000);
});
