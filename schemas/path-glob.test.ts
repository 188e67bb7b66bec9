import fc from "../test/check.js";
import picomatch from "picomatch";
import { describe, expect, it } from "vitest";
import { pathGlob } from "./path-glob.js";

describe("A path pattern", () => {
  it.each([
    ["*.ts", "a.ts", true],
    ["*.ts", "src/deep/a.ts", true],
    ["./*.ts", "a.ts", true],
    ["src/*.ts", "src/a.ts", true],
    ["src/*.ts", "src/deep/a.ts", false],
    ["src/*.ts", "lib/src/a.ts", false],
    ["src/**/*.ts", "src/a.ts", true],
    ["src/**/*.ts", "src/x/y/a.ts", true],
    ["**/*.ts", "a.ts", true],
    ["**", "a/b", true],
    ["src/**", "src/a/b", true],
    ["**/test/**/*.js", "a/test/b/c.js", true],
    ["**/test/**/*.js", "a/tests/b/c.js", false],
    ["a?c", "abc", true],
    ["a?c", "ac", false],
    ["*.{ts,tsx}", "x/a.tsx", true],
    ["*.{ts,tsx}", "a.js", false],
    ["{src,lib/{a,b}}/*.js", "lib/b/x.js", true],
    ["{a}", "{a}", true],
    ["file{", "file{", true],
    ["[a-c]1", "b1", true],
    ["[!a-c]1", "b1", false],
    ["[^a-c]1", "d1", true],
    ["[", "[", true],
    ["[]]", "]", true],
    ["\\*.ts", "*.ts", true],
    ["\\*.ts", "a.ts", false],
    [".env", "x/.env", true],
    ["*", ".hidden", true],
    ["a/", "a", true],
  ])("%s against %s: %s", (pattern, path, fits) => {
    expect(pathGlob(pattern)(path)).toBe(fits);
  });

  it("means what a well-known library takes it to mean", () => {
    const segment = fc.stringMatching(/^[ab*?]{1,4}$/).filter((name) => !name.includes("**"));
    const patterns = fc
      .array(fc.oneof(segment, fc.constant("**")), { minLength: 2, maxLength: 4 })
      // What `**` means in a row, inside a name or at the end differs from tool to tool.
      .filter((names) => !names.join("/").includes("**/**") && names.at(-1) !== "**")
      .map((names) => names.join("/"));
    const paths = fc.array(fc.stringMatching(/^[ab]{1,4}$/), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(patterns, paths, (pattern, names) => {
        const path = names.join("/");
        expect(pathGlob(pattern)(path), `${pattern} ${path}`).toBe(picomatch(pattern, { dot: true })(path));
      }),
      { numRuns: 2_000 },
    );
  });

  it("takes no time for patterns that make regular expressions explode", () => {
    const fits = pathGlob(`${"*a".repeat(30)}b`);
    const deep = pathGlob(`${"**/a/".repeat(30)}b`);
    expect(fits("a".repeat(250))).toBe(false);
    expect(deep("a/".repeat(2_000))).toBe(false);
  });

  it.each([
    ["is empty", "./", "The pattern is empty."],
    ["is too long", "a".repeat(1_001), "The pattern is longer than 1000 characters."],
    ["writes out to too many", "{a,b}".repeat(9), "The braces of the pattern give more than 256 patterns."],
  ])("that %s is refused", (_what, pattern, message) => {
    expect(() => pathGlob(pattern)).toThrow(message);
  });
});
