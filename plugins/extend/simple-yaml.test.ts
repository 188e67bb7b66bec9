import fc from "../../test/check.js";
import matter from "gray-matter";
import { describe, expect, it } from "vitest";
import { simpleYaml } from "./simple-yaml.js";

const parsed = (block: string): unknown => matter(`---\n${block}\n---\n`, { language: "yaml" }).data;

describe("the quick way through front matter", () => {
  it.each([
    "name: a\ndescription: Does this, then that (really); see x:y or a#1.\nallowed-tools: Read, Grep",
    'version: 1.2.3\nname:   spaced   \n\nquoted: "It\'s: fine # here"\nsingle: \'say "so": #\'',
    "title: Größe — ängstlich\nmodel: claude-sonnet-4.5",
    'empty: ""',
  ])("gives what the parser gives: %j", (block) => {
    expect(simpleYaml(block)).toEqual(parsed(block));
    expect(simpleYaml(block)).toBeDefined();
  });

  it.each([
    "a: true",
    "a: Null",
    "a: 1",
    "a: 1.5",
    "a: 2026-01-01",
    "a: [x]",
    "a: x: y",
    "a: x #c",
    "a: x:",
    "a:",
    "a: x\n  more",
    "a: >\n  folded",
    "- a",
    "# only",
    'a: "x\\n"',
    "a: x\ta",
    "a: x\na: y",
    "__proto__: x",
    "a: *b",
    "a: x\u0085y",
    "a: x\u2028y",
    "a: \u{1f600}",
    "a : x",
  ])("leaves %j to the parser", (block) => expect(simpleYaml(block)).toBeUndefined());

  it("never differs from the parser where it has an answer", () => {
    const piece = fc.constantFrom(..."ab1.-_ :#\"'\\[]{}|>&*!%@`,?~=\n\tä", "true", "null", "name", ": ", "---", "yes");
    const block = fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join(""));
    const keyed = fc.array(fc.tuple(fc.constantFrom("a", "b-c", "d_1"), block), { maxLength: 3 });
    fc.assert(
      fc.property(keyed, (pairs) => {
        const text = pairs.map(([key, value]) => `${key}: ${value}`).join("\n");
        const quick = simpleYaml(text);
        if (quick && !/^---/m.test(text)) expect(quick).toEqual(parsed(text));
      }),
      { numRuns: 20_000 },
    );
  });
});
