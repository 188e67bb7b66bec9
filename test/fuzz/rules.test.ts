import assert from "node:assert/strict";
import fc from "../check.js";
import { describe, it } from "vitest";
import { parseExpression, parseRule, type List } from "../../plugins/guard/permissions/rules/rule.js";
import { fuzz, KEYS } from "./fuzz.js";

const tools = { canonical: (name: string): string => name, fields: (): readonly string[] => ["file_path", "command"] };
const source = { layer: "user", source: "test", base: "" } as const;

const tool = fc.oneof(
  fc.constantFrom(
    "Bash",
    "Read",
    "Edit",
    "Write",
    "WebFetch",
    "Agent",
    "Skill",
    "mcp__a__b",
    "mcp__a__*",
    "*",
    "Git",
    ...KEYS,
  ),
  fc.string({ maxLength: 8 }),
);
const content = fc.oneof(
  fc.constantFrom(
    "git log *",
    "npm run test:*",
    "*",
    "",
    "//etc/**",
    "~/x/*",
    "/src/**",
    "./a",
    "domain:example.com",
    "domain:*",
    "file_path:*",
    "timeout:5",
    "**",
    "a{b,c}",
    "[",
    "[!a",
    "\\",
    "(",
    ")",
    "((",
    "a)(b",
    "(a+)+$",
    "(a|a)*b",
    "^(x*)*$",
    "(?=a)",
  ),
  fc.string({ maxLength: 24 }),
  fc.string({ unit: "binary", maxLength: 12 }),
  fc
    .array(fc.constantFrom("*", "?", "**", "/", "a", "(", ")", "[", "]", "{", "}", ",", "|", "+", "\\", ":", " "))
    .map((parts) => parts.join("")),
);
const text = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(tool, content).map(([name, inner]) => `${name}(${inner})`) },
  { weight: 1, arbitrary: tool },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 30 }) },
);
const list = fc.constantFrom<List>("allow", "ask", "deny");

describe("Any permission rule", () => {
  it("is understood or refused with a phrase, and the same each time, in 16,000 cases", async () => {
    await fuzz(16_000, fc.tuple(text, list), ([written, on]) => {
      for (const parse of [parseRule, parseExpression]) {
        const rule = parse({ text: written, list: on, source }, tools);
        if (typeof rule === "string") {
          assert.match(rule, /^[^\n]{5,}$/);
          continue;
        }
        assert.equal(rule.text, written.trim());
        assert.equal(rule.list, on);
        // What is printed is the rule: it is read as the same one again.
        assert.equal(JSON.stringify(parse({ text: rule.text, list: on, source }, tools)), JSON.stringify(rule));
        const stars = on === "allow" && rule.tool.includes("*");
        assert(!stars || rule.tool.startsWith("mcp__"), `${rule.tool} would allow many tools`);
      }
    });
  });

  it("with a regular expression takes time in line with the text it is about, in 2,000 cases (advisory 69)", async () => {
    const grave = fc.oneof(
      content,
      fc.tuple(content, content).map(([one, two]) => `(${one}|${two})*`),
    );
    await fuzz(2_000, grave, (pattern) => {
      const rule = parseExpression({ text: `Bash(${pattern})`, list: "deny", source }, tools);
      if (typeof rule === "string" || rule.specifier?.kind !== "expression") return;
      rule.specifier.matches(`${"a".repeat(5_000)}!`);
      rule.specifier.matches("a b/".repeat(1_000));
    });
  });
});
