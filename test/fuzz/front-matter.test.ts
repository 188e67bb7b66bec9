import assert from "node:assert/strict";
import fc from "../check.js";
import { describe, it } from "vitest";
import { readFrontMatter } from "../../plugins/extend/front-matter.js";
import { anyChanges, changed, fuzz, KEYS } from "./fuzz.js";

const LINES = [
  "---\n",
  "name: review\n",
  'description: "Reads code: all of it"\n',
  "allowed-tools:\n",
  "  - Read\n",
  "  - Bash(git log *)\n",
  "hooks:\n",
  "  Stop:\n",
  "    - matcher: x\n",
  "metadata: { a: [1, 2], b: null }\n",
  "---\n",
  "Body\n",
];

const key = fc.oneof(fc.constantFrom("name", "description", ...KEYS), fc.string({ maxLength: 6 }));
const value = fc.oneof(
  fc.constantFrom(
    "&a [*a, *a]",
    "*a",
    "!!js/function 'function () { throw 1 }'",
    "!!js/regexp /a/",
    "!!python/object:os.system x",
    "!<tag:yaml.org,2002:set> {a}",
    "<<: *a",
    "|",
    ">-",
    "'",
    '"\\x',
    "[[[[[[[[[[",
    "{a: {a: {a: ",
    "? - :",
    "2001-01-01",
    "0x7fffffffffffffff",
    ".inf",
    "~",
    "\u0000",
  ),
  fc.string({ maxLength: 20 }),
);
const junk = fc.oneof(
  fc.tuple(key, value).map(([name, text]) => `${name}: ${text}\n`),
  fc.tuple(key, value, fc.nat(6)).map(([name, text, depth]) => `${" ".repeat(depth)}${name}: ${text}\n`),
  fc.constantFrom(
    "---\n",
    "--- js\n",
    "---js\n",
    "...\n",
    "```md\n",
    "\uFEFF",
    "\r\n",
    "\t- x\n",
    "%YAML 1.1\n",
    "# c\n",
  ),
  fc.string({ maxLength: 20 }),
);

const isPlain = (data: unknown): boolean =>
  data === null ||
  ["string", "boolean"].includes(typeof data) ||
  (typeof data === "number" && Number.isFinite(data)) ||
  (Array.isArray(data) && data.every(isPlain)) ||
  (typeof data === "object" && Object.getPrototypeOf(data) === Object.prototype && Object.values(data).every(isPlain));

describe("Any front matter", () => {
  it("gives plain data and its own body, and never an error, in 14,000 cases", async () => {
    await fuzz(14_000, anyChanges(junk, 5), async (changes) => {
      const text = changed(LINES, changes).join("");
      const { data, body, problems, bodyLine } = await readFrontMatter(text, ["name", "description"]);
      assert(isPlain(data), JSON.stringify(data));
      assert(!Object.hasOwn(data, "__proto__"));
      assert(
        text
          .replace(/^\uFEFF/, "")
          .replaceAll("\r\n", "\n")
          .includes(body),
      );
      assert(bodyLine >= 1);
      for (const { message, severity } of problems)
        assert(message !== "" && ["error", "warning", "info"].includes(severity));
      if (changes.length === 0) assert.deepEqual([Object.keys(data).length, body, problems.length], [5, "Body\n", 0]);
    });
  });

  it("that was printed from plain keys and texts is read as it was, in 2,000 cases", async () => {
    const plainKey = fc
      .stringMatching(/^[a-z][a-z-]{0,8}$/)
      .filter((one) => !/^(true|false|null|yes|no|on|off|y|n)$/.test(one));
    const tables = fc.dictionary(
      plainKey,
      fc.oneof(fc.string({ maxLength: 20 }), fc.integer(), fc.boolean(), fc.array(fc.string({ maxLength: 5 }))),
      { noNullPrototype: true },
    );
    await fuzz(2_000, tables, async (table) => {
      const lines = Object.entries(table).map(([name, one]) => `${name}: ${JSON.stringify(one)}\n`);
      const { data, problems } = await readFrontMatter(`---\n${lines.join("")}---\nx`, []);
      assert.deepEqual([data, problems], [{ ...table }, []]);
    });
  });
});
