import { expect, it } from "vitest";
import { matcher } from "./matcher.js";

it.each([
  [undefined, "Bash", true],
  ["", "Bash", true],
  ["*", "Bash", true],
  ["Bash", "Bash", true],
  ["Bash", "BashOutput", false],
  ["Write|Edit", "Edit", true],
  ["Write , Edit", "Edit", true],
  ["Edit.*", "NotebookEdit", true],
  ["mcp__memory", "mcp__memory__read", false],
  ["mcp__memory__.*", "mcp__memory__read", true],
  ["^plugin:agent$", "plugin:agent", true],
  ["my-agent", "my-agent", true],
  ["Write(docs/**)", "Write", false],
  ["^(a+)+$", `${"a".repeat(40)}!`, true],
])("compares %s with %s: %s", (pattern, value, expected) => {
  if (pattern === "Write(docs/**)") expect(() => matcher(pattern)).toThrow("is no regular expression");
  else expect(matcher(pattern)(value)).toBe(expected);
});

it.each([
  ["a|b", "b", true],
  ["a,b", "a", false],
  ["a,b", "a,b", true],
  [".env|.envrc", ".envrc", true],
  ["rate_limit", "rate_limit", true],
])("knows only | where matchers are narrow: %s with %s: %s", (pattern, value, expected) => {
  expect(matcher(pattern, true)(value)).toBe(expected);
});
