import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "../../../../test/check.js";
import { afterAll, expect, it } from "vitest";
import type { JsonSchema } from "../../../../schemas/json.js";
import type { OwnedPart } from "../../../../schemas/parts.js";
import type { ToolSpec } from "../../../../schemas/tool.js";
import { Book } from "../book.js";
import { EXAMPLES } from "../examples.js";
import { tokensOf } from "../language/tokens.js";
import { readAliases } from "../read-aliases.js";
import { expansion } from "../show/expansion.js";
import { checkAlias } from "./check-alias.js";

const dir = mkdtempSync(join(tmpdir(), "nacre-alias-check-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const text: JsonSchema = { type: "string" };
const tool = (name: string, properties: object, rest: object = {}): ToolSpec => ({
  name,
  description: "",
  effect: "read",
  inputSchema: { type: "object", properties, ...rest },
});
const tools = [
  tool("Bash", { command: text, timeout: { type: "number" } }, { required: ["command"] }),
  tool("LS", { path: text, sort: { enum: ["size"] }, ignore: { type: "array", items: text } }),
  // Servers send such schemas.
  tool("Odd", { a: { anyOf: [text, { $ref: "#/$defs/gone" }] }, b: true, c: null }, { required: "a" }),
];

const MORE = [
  'alias o = Odd(a: 1, b: [1, $_], c: { d: $_ }, __proto__: 1, constructor: { command: "x ${_}" })',
  'alias w = LS(ignore: [$_], path: "${_}") as x ; @o() ; @w2(a: $x)',
  "alias w2(a: int, ...b: string) = LS(sort: $a) || @w()",
];
const WORDS = tokensOf([...Object.values(EXAMPLES), ...MORE].join("\n")).map(({ image }) => image);

it("checks and expands whatever a file holds: examples with words left out, doubled, swapped", () => {
  const place = fc.nat(WORDS.length - 1);
  const edit = fc.record({ at: place, other: place, kind: fc.constantFrom("out", "in", "swap", "instead") });
  fc.assert(
    fc.property(fc.array(edit, { maxLength: 6 }), (edits) => {
      const words = [...WORDS];
      for (const { at, other, kind } of edits) {
        if (kind === "out") words.splice(at, 1);
        else if (kind === "in") words.splice(at, 0, WORDS[other]!);
        else if (kind === "swap") [words[at], words[other]] = [words[other]!, words[at]!];
        else words[at] = WORDS[other]!;
      }
      const source = words.map((word) => (/^(alias|unalias|include)$/.test(word) ? `\n${word}` : word)).join(" ");
      const file = join(dir, "a.nalias");
      writeFileSync(file, source);
      const { parts } = readAliases([{ path: file }], { dir });
      // As an index keeps them.
      const kept = JSON.parse(JSON.stringify(parts)) as typeof parts;
      const owner = { name: "p", dir, origin: "user", format: "none", namespaced: false, strict: false };
      const book = new Book(kept.map((part): OwnedPart => ({ ...part, owner })));
      const lines = source.split("\n");
      for (const alias of book.all()) {
        const problems = checkAlias(alias, { book, tools });
        for (const { line = 0, column = 0 } of problems) expect(lines[line - 1]!.length).toBeGreaterThanOrEqual(column);
        if (problems.every(({ severity }) => severity !== "error")) expansion(alias, new Map(), { book, tools });
      }
    }),
    { numRuns: 300 },
  );
});

it.each([
  ["no circle", (place: number, back: number) => Math.max(0, place - 1 - back)],
  ["nothing but circles", (place: number, back: number) => (back === 0 ? place + 1 : place + 1000 - back) % 1000],
])("checks a thousand aliases that call each other, with %s, in a second or two", (_, callee) => {
  const calls = (place: number): string =>
    Array.from({ length: 20 }, (__, back) => `@a${callee(place, back)}()`).join(";");
  const lines = Array.from({ length: 1000 }, (__, place) => `alias a${place} = ${place === 0 ? "LS()" : calls(place)}`);
  const file = join(dir, "many.nalias");
  writeFileSync(file, lines.join("\n"));
  const started = performance.now();
  const { parts } = readAliases([{ path: file }], { dir });
  const owner = { name: "p", dir, origin: "user", format: "none", namespaced: false, strict: false };
  const book = new Book(parts.map((part): OwnedPart => ({ ...part, owner })));
  for (const alias of book.all()) checkAlias(alias, { book, tools });
  expect(book.all().length).toBe(1000);
  expect(performance.now() - started).toBeLessThan(5000);
});
