import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { plainList } from "./plain-list.js";

let dir = "";
beforeAll(() => void (dir = mkdtempSync(join(tmpdir(), "nacre-list-"))));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

it.each([
  ["a b; c", ["a b", "c"]],
  ["a && b || c | d\ne", ["a", "b", "c", "d", "e"]],
  ["a 2>/dev/null && b >/dev/null 2>&1", ["a", "b"]],
  ["a 'x;y' \"p|q\" \\;", ["a x;y p|q ;"]],
  ["\n\na\n", ["a"]],
])("cuts %j into %j", (line, parts) => {
  const found = plainList(line);
  const texts = typeof found === "string" ? found : found.map((words) => words.map(({ text }) => text).join(" "));
  expect(texts).toEqual(parts);
});

it.each([
  "",
  "a &&",
  "; a",
  "a & b",
  "a |& b",
  "a > b",
  "a 2>/dev/nullx",
  "a>/dev/null",
  "a $(b)",
  "a; cd b",
  "a | xargs b",
  "X=1; a",
  "if a; then b; fi",
  "a \\\n b",
  "(a; b)",
])("refuses %j, with a reason", (line) => {
  expect(plainList(line)).toBeTypeOf("string");
});

const TOKENS = [
  ["a", "b ", "cc", " ", "  ", "\t", "x y", "-f", "1", "2"],
  ["\\(", "\\)", "\\;", "\\!", "{}", " {} ", "@{u}", "@{1}..", "@{a,b}", "@{a..b}", "{", "}", "\\", "@", "\\\\"],
  ["'", '"', "'a b'", '"a b"', '"a;b"', '"\\""', "$", "`", "(", ")", "<", ">", "#", "!", "=", "*", "?"],
  ["&&", "||", ";", "|", "\n", "&", "|&", ";;", " 2>&1", " 2>/dev/null", ">/dev/null", " &>/dev/null", " >&2", "2>&1"],
  [" && ", " || ", " ; ", " | ", "\n"],
];

/** Writes down each command that bash would run, as there is none. */
const HANDLER = `command_not_found_handle() {
  local s="" w
  for w in "$@"; do s+="$w"$'\\x01'; done
  printf '%s\\x02' "$s" >> "$OUT"
}
`;

it("reads what bash runs, word for word", () => {
  const token = fc.oneof(...TOKENS.map((tokens) => fc.constantFrom(...tokens)));
  const lines = fc.array(token, { minLength: 1, maxLength: 12 }).map((tokens) => tokens.join(""));
  const out = join(dir, "out");
  let seen = 0;
  const check = (line: string): void => {
    const parts = plainList(line);
    if (typeof parts === "string" || parts.some(([head]) => head!.text.includes("/"))) return;
    seen++;
    writeFileSync(out, "");
    const env = { OUT: out, PATH: "/nonexistent" };
    spawnSync("/bin/bash", ["--norc", "-c", `${HANDLER}\n${line}`], { env, cwd: dir });
    const ran = readFileSync(out, "utf8").split("\x02").slice(0, -1);
    const read = parts.map((words) => words.map(({ text }) => `${text}\x01`).join(""));
    expect(ran.length).toBeGreaterThan(0);
    expect(read).toEqual(expect.arrayContaining(ran));
    if (!/&&|\|/.test(line)) expect(ran).toEqual(read);
  };
  fc.assert(fc.property(lines, check), { numRuns: 2000, seed: 7 });
  expect(seen).toBeGreaterThan(50);
});
