import { describe, expect, it } from "vitest";
import { matchesPath, parsePathPattern, type PathPattern } from "./path-pattern.js";

const matches = (pattern: string, path: string, anyDepth = false): boolean =>
  matchesPath(parsePathPattern(pattern) as PathPattern, path.split("/"), anyDepth);

describe("A pattern of paths", () => {
  it.each([
    ["src", "src", true],
    ["src", "a/src/b", true],
    ["src/", "src", false],
    ["src/", "src/a", true],
    ["src/*.ts", "src/a.ts", true],
    ["src/*.ts", "src/a/b.ts", false],
    ["src/**/b.ts", "src/b.ts", true],
    ["src/**/b.ts", "src/a/a/b.ts", true],
    ["src/**", "src", false],
    ["src/**", "src/a/b", true],
    ["./src/a", "a/src/a", false],
    ["[a-c]?", "bx/y", true],
    ["[!a-c]x", "bx", false],
    ["\\*", "a", false],
    ["\\*", "*", true],
  ])("%s says of %s: %s", (pattern, path, expected) => {
    expect(matches(pattern, path)).toBe(expected);
  });

  it("of a folder and all in it holds at any depth where a rule forbids", () => {
    expect(matches("secrets/**", "a/secrets/b")).toBe(false);
    expect(matches("secrets/**", "a/secrets/b", true)).toBe(true);
    expect(matches("/secrets/**", "a/secrets/b", true)).toBe(false);
  });

  it.each([
    ["//etc", "root"],
    ["~/a", "home"],
    ["~", "home"],
    ["./a", "cwd"],
    ["/a", "source"],
    ["a", "cwd"],
  ])("%s counts from the folder %s", (pattern, base) => {
    expect(parsePathPattern(pattern)).toMatchObject({ base });
  });

  it.each([
    ["!a", "exclamation mark"],
    ["a/../b", '".."'],
    ["a\0b", "not a possible one"],
    ["a".repeat(4_097), "not a possible one"],
  ])("is refused: %s", (pattern, why) => {
    expect(parsePathPattern(pattern)).toContain(why);
  });
});
