import assert from "node:assert/strict";
import fc from "../check.js";
import { stringify as tomlOf } from "smol-toml";
import { describe, it } from "vitest";
import { stringify as yamlOf } from "yaml";
import { parseData } from "../../plugins/platform/settings-files/formats.js";
import { UserError } from "../../schemas/errors.js";
import { anyChanges, changed, fuzz, KEYS } from "./fuzz.js";

const SAMPLES: Readonly<Record<string, readonly string[]>> = {
  toml: [
    "# mine\n",
    "[tools]\n",
    "bash_timeout_secs = 30\n",
    'pass_env = ["A", "B"]\n',
    "[[hooks.Stop]]\n",
    'command = """x\n"""\n',
  ],
  json: ["{\n", '"tools": {', '"bash_timeout_secs": 30,', '"pass_env": ["A"]', "},\n", '"x": null', "}\n"],
  jsonc: ["// mine\n", "{\n", '"tools": {', '"a": 1, /* b */', "},\n", '"x": [1, 2,],', "}\n"],
  yaml: [
    "# mine\n",
    "tools:\n",
    "  bash_timeout_secs: 30\n",
    "  pass_env: [A, B]\n",
    "hooks: &a\n",
    "  Stop: [{command: x}]\n",
    "more: *a\n",
  ],
};

const key = fc.constantFrom(...KEYS, "a", '"a"', "a.b", '"__proto__"', "constructor.prototype.polluted");
const value = fc.constantFrom(
  "1",
  "true",
  '"x"',
  "null",
  "[1]",
  "{}",
  '{"__proto__": {"polluted": 1}}',
  "{ __proto__ = { polluted = 1 } }",
  "*a",
  "&a [*a, *a]",
  "!!js/function 'x'",
  "1e999",
  "nan",
  "1979-05-27T07:32:00Z",
  '"\\u0000"',
  "[[[[",
  "{{{{",
  "'''",
  '"""',
  "~",
);
const junk = fc.oneof(
  fc.tuple(key, fc.constantFrom(" = ", ": ", ":"), value).map((parts) => `${parts.join("")}\n`),
  fc.tuple(key, value).map(([name, one]) => `"${name.replaceAll('"', "")}": ${one},`),
  fc.tuple(fc.constantFrom("[", "[["), key).map(([open, name]) => `${open}${name}${open === "[" ? "]" : "]]"}\n`),
  fc.string({ maxLength: 12 }),
  fc.constantFrom(
    "<<: *a\n",
    "\uFEFF",
    "\0",
    "\r\n",
    "\t",
    "%YAML 1.2\n---\n",
    "...\n",
    "---\n",
    "/*",
    "//",
    "#",
    "? ",
    "\\",
  ),
);

describe.each(Object.keys(SAMPLES))("Any settings file in %s", (format) => {
  it("is read as plain data or refused in one sentence that says where, in 3,500 cases", async () => {
    await fuzz(3_500, anyChanges(junk, 4), (changes) => {
      const text = changed(SAMPLES[format]!, changes).join("");
      let data: unknown;
      try {
        data = parseData("file", text, format);
      } catch (error) {
        assert(error instanceof UserError, String(error));
        assert.match(error.message, /^file(:\d+:\d+)?: [^\n]+$/);
        return;
      }
      expectNoTraps(data);
    });
  });

  it("gives back what was written in it, in 500 cases", async () => {
    const plain = fc.stringMatching(/^[a-z_]{1,8}$/).filter((name) => !KEYS.includes(name as never));
    const leaf = fc.oneof(fc.string({ maxLength: 12 }), fc.integer({ min: -1e9, max: 1e9 }), fc.boolean());
    const safe = { noNullPrototype: true };
    const table = fc.dictionary(
      plain,
      fc.oneof(leaf, fc.array(leaf, { maxLength: 3 }), fc.dictionary(plain, leaf, safe)),
      safe,
    );
    const print = format === "toml" ? tomlOf : format === "yaml" ? yamlOf : (data: object) => JSON.stringify(data);
    await fuzz(500, table, (data) => {
      assert.deepEqual(JSON.parse(JSON.stringify(parseData("file", print({ ...data }), format) ?? {})), { ...data });
    });
  });
});

describe("Settings that unfold or nest without end", () => {
  const deep = (levels: number): string => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;
  const aliases = (count: number): string =>
    `a: &a [1]\nb: [${Array.from({ length: count }, () => "*a").join(", ")}]\n`;
  const doubling = Array.from({ length: 30 }, (_, at) => `a${at + 1}: &a${at + 1} [*a${at}, *a${at}]\n`).join("");

  it.each([
    ["json", deep(60), undefined],
    ["json", deep(70), /nested deeper than 64 levels/],
    ["json", "[".repeat(200_000), /nested deeper than 64 levels/],
    ["json", deep(200_000), /^file: /],
    ["jsonc", "[".repeat(500_000), /^file/],
    ["yaml", "a: ".concat("[".repeat(500_000)), /nested deeper than 200 levels/],
    ["yaml", "- ".repeat(300_000), /nested deeper than 200 levels/],
    ["yaml", `a0: &a0 [1]\n${doubling}`, /alias/i],
    ["yaml", aliases(20), undefined],
    ["toml", `a = ${"[".repeat(50_000)}`, /^file/],
  ])("are refused in one sentence in %s: %.30s", (format, text, refusal) => {
    const read = (): unknown => parseData("file", text, format);
    if (!refusal) return assert.doesNotThrow(read);
    assert.throws(
      read,
      (error) => error instanceof UserError && refusal.test(error.message) && !error.message.includes("\n"),
    );
  });
});

function expectNoTraps(data: unknown): void {
  if (typeof data !== "object" || data === null) return;
  for (const name of Object.getOwnPropertyNames(data)) {
    assert(!["__proto__", "constructor", "prototype"].includes(name), name);
    expectNoTraps((data as Record<string, unknown>)[name]);
  }
}
