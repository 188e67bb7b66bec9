import { describe, expect, it } from "vitest";
import { compileExpression } from "./expression.js";

const matches = (pattern: string, text: string): boolean => {
  const expression = compileExpression(pattern);
  if (typeof expression === "string") throw new Error(expression);
  return expression(text);
};

/** Every text over a few characters up to a length. */
function* texts(most: number): Generator<string> {
  const letters = ["a", "b", " "];
  let all = [""];
  for (let length = 0; length <= most; length++) {
    yield* all;
    all = all.flatMap((text) => letters.map((letter) => text + letter));
  }
}

describe("an expression", () => {
  it.each([
    "a",
    "a*",
    "a+b?",
    "(a|b)*",
    "(?:ab)+",
    "a{2}",
    "a{1,3}b",
    "a{2,}",
    "[ab]+",
    "[^a]*",
    "a|b|",
    "(a*)b",
    "\\s\\w",
    "a.b",
    "(a|ab)(c|b*)",
    "a*?b",
    "((a|b){2} ?){1,2}",
  ])("%s matches what the same anchored expression of JavaScript matches", (pattern) => {
    const known = new RegExp(`^(?:${pattern})$`);
    for (const text of texts(5)) expect([text, matches(pattern, text)]).toEqual([text, known.test(text)]);
  });

  it.each([
    ["npm (test|run build)", "npm run build", true],
    ["npm (test|run build)", "npm run build && rm x", false],
    ["^git log.*$", "git log -1", true],
    ["price\\$", "price$", true],
    ["[a-c\\-]+", "a-c", true],
    ["a.b", "a\nb", false],
  ])("%s about %j is %s", (pattern, text, expected) => {
    expect(matches(pattern, text)).toBe(expected);
  });

  it.each([
    ["(a", "is not closed"],
    ["a)", "closes a group that is not open"],
    ["[a", "is not closed"],
    ["a**", "repeats a repetition"],
    ["*a", "repeats nothing"],
    ["(?=a)", "no bounded time"],
    ["(?<x>a)", "no bounded time"],
    ["(a)\\1", "\\1, which is not known"],
    ["\\bgit", "\\b, which is not known"],
    ["a^b", "in the middle"],
    ["a{500}", "more than 200 times"],
    ["((((a{100}){100}){100}))", "too large"],
    ["a\\", "ends with a backslash"],
    ["[b-a]", "a range that is none"],
    ["(".repeat(60), "too many groups"],
    ["a".repeat(1001), "longer than 1000"],
  ])("%s is refused with a phrase", (pattern, phrase) => {
    expect(compileExpression(pattern)).toContain(phrase);
  });

  it("takes no longer for a text that almost matches in many ways", () => {
    expect(matches("(a|a)*(a*)*b", "a".repeat(10_000))).toBe(false);
    expect(matches("(.*a){10}", "a".repeat(9) + "b".repeat(5_000))).toBe(false);
  });
});
