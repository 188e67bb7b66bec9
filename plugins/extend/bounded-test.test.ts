import { expect, it } from "vitest";
import { boundedTest } from "./bounded-test.js";

it.each([
  [/a+b/, "xaab", true],
  [/^(?:ab)+$/, "ababab", true],
  [/^(?:ab)+$/i, "ABa", false],
  [/^(?<one>x|y)*z/m, "q\nxyz", true],
  [/(a+)+$/, `${"a".repeat(40)}!`, undefined],
  [/a*a*a*a*b/, "a".repeat(5_000), undefined],
  [/^(\w+\s?)*$/, `${"word ".repeat(20)}!`, undefined],
])("answers %s on a text in bounded time: %s", (expression, text, expected) => {
  const started = performance.now();
  expect(boundedTest(expression, text)).toBe(expected);
  expect(performance.now() - started).toBeLessThan(1_000);
});
