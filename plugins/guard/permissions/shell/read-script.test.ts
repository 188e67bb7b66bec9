import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "../../../../test/check.js";
import { afterAll, beforeAll, expect, it } from "vitest";
import { loadGrammar } from "./grammar.js";
import { readScript } from "./read-script.js";
import type { Simple, Word } from "./script.js";

let dir = "";
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "nacre-script-"));
  expect(await loadGrammar()).toBeUndefined();
});
afterAll(() => rmSync(dir, { recursive: true, force: true, maxRetries: 30 }));

const shownOf = ({ words }: Simple): string => words.map(({ text }) => text).join(" ");

it.each([
  ["a b; c", ["a b", "c"]],
  ["a && b || c | d\ne & f", ["a", "b", "c", "d", "e", "f"]],
  ["a 2>/dev/null && b >/dev/null 2>&1 c", ["a", "b c"]],
  ["a 'x;y' \"p|q\" \\; x\\ y", ["a x;y p|q ; x y"]],
  ["a {b,c}d {1..3} @{u}.. {}", ["a bd cd 1 2 3 @{u}.. {}"]],
  ["(a; b) | { c; }", ["a", "b", "c"]],
  ["for x in b c\ndo a $x; done", ["a $x"]],
  ["while a; do b; done < f", ["a", "b", ""]],
  ["if a; then b; elif c; then d; else e; fi", ["a", "b", "c", "d", "e"]],
  ["case x in (a|b) c;; *) d;; esac", ["c", "d"]],
  ["[ -f a ] && [[ b == c* && -n $d ]] || ! e", ["[ -f a ]", "e"]],
  ['a "$(b "c `d`")" <(e)', ['a $(b "c `d`") <(e)', "b c `d`", "d", "e"]],
  ["a <<E | b && c\nx $(d)\nE\ne", ["a", "b", "c", "d", "e"]],
  ["a <<'E' > f\n$(x)\nE\nb", ["a", "b"]],
  ["a - <<E && b\nx $(d)\nE\ne", ["a -", "b", "d", "e"]],
  ["a -\t<<-'E' | b\n\tE", ["a -", "b"]],
  ["a # b; c\nd", ["a", "d"]],
  ["f() { a; }; f", ["a", "f"]],
])("finds the commands of %j", (line, commands) => {
  const { commands: found, unclear } = readScript(line);
  expect(unclear).toBeUndefined();
  expect(found.map(shownOf).toSorted()).toEqual([...commands].toSorted());
});

it.each([
  "",
  "a &&",
  "; a",
  "a | | b",
  "a 'b",
  'a "b',
  "a $(b",
  "a `b",
  "a )",
  "if a; then b",
  "for x in a; do b",
  "a;; b",
  "coproc a",
  "$x a",
  "a* b",
  "{a,b} c",
  "r\\\nm x",
  "a\u00a0b",
  "a \u001b[1m",
  "a\r\nb",
  "cat <<A <<B\nA\nB",
  "cat <<A\nx",
  "echo `a \\`b\\``",
  "x".repeat(10_001),
])("is not certain of %j, and says why", (line) => {
  expect(readScript(line).unclear).toBeTypeOf("string");
});

it("reads lines of any nesting and length in bounded time", () => {
  const parts = [
    "$(",
    "((",
    "{a,",
    "`",
    '"$(',
    "<(",
    "<<A\n",
    "a;",
    "a|",
    "( a; ",
    "if a; then ",
    "${x:-",
    "a='",
    "[[ ( ",
  ];
  for (const part of parts) {
    const start = process.cpuUsage();
    readScript(part.repeat(Math.floor(9_900 / part.length)));
    expect(process.cpuUsage(start).user).toBeLessThan(2_000_000);
  }
});

/** Writes down each command that bash would run, as there is none. */
const HANDLER = `command_not_found_handle() {
  local s="" w
  for w in "$@"; do s+="$w"$'\\x01'; done
  printf '%s\\x02' "$s" >> "$OUT"
}
`;

const TOKENS = [
  ["a", "b ", "cc", " ", " ", "  ", "\t", "x y", "-f", "1", "2", "#", " # z", "\n", "\\\n"],
  ["\\(", "\\)", "\\;", "\\!", "{}", " {} ", "@{u}", "{a,b}", "{1..3}", "{a..b}", "{", "}", "\\", "@", "\\\\", "\\ "],
  [
    "'",
    '"',
    "'a b'",
    '"a b"',
    '"a;b"',
    '"\\""',
    '"\\$"',
    "$",
    "`",
    "(",
    ")",
    "<",
    ">",
    "!",
    "=",
    "*",
    "?",
    "~",
    "$'a\\tb'",
  ],
  ["&&", "||", ";", "|", "\n", "&", "|&", ";;", " 2>&1", " 2>/dev/null", ">/dev/null", " &>/dev/null", " >&2", "2>&1"],
  [" && ", " || ", " ; ", " | ", "\n", "; ", " & "],
  [
    "$(a b)",
    '"$(a)"',
    "`a`",
    '"`a`"',
    "$x",
    '"$x"',
    "${x}",
    "${x:-y}",
    "${#x}",
    "$((1+2))",
    "<(a)",
    "$(",
    "${",
    '"$(b "c")"',
  ],
  [
    "if a; then b; fi",
    "for x in a b; do cc $x; done",
    "while a; do b; done",
    "( a; b )",
    "{ a; }",
    "case a in a) b;; *) cc;; esac",
  ],
  [
    "if ",
    "; then ",
    "; fi",
    "for x in ",
    "; do ",
    "; done",
    " esac",
    "[ a = b ]",
    "[[ a == b ]]",
    "! a",
    "time a",
    "x=1",
    "x=$(a) b",
  ],
  [
    "a <<E\nx\nE\n",
    "a <<'E'\n$(b)\nE\n",
    "a <<E\n$(b)\nE\n",
    "a <<E | b\nx\nE\n",
    "a - <<E\nx\nE\n",
    " - ",
    "a <<< b",
    "<<E",
    "\nE\n",
    "f() { a; }",
  ],
];

/** What bash ran can be what was read; a word that is computed can be any number of words. */
function fits(words: readonly Word[], ran: readonly string[]): boolean {
  const [first, ...rest] = words;
  if (!first) return ran.length === 0;
  if (!first.dynamic && !first.glob && !first.tilde) return ran[0] === first.text && fits(rest, ran.slice(1));
  return Array.from({ length: ran.length + 1 }, (_, count) => count).some((count) => fits(rest, ran.slice(count)));
}

it("reads what bash runs, word for word", () => {
  const token = fc.oneof(...TOKENS.map((tokens) => fc.constantFrom(...tokens)));
  const lines = fc.array(token, { minLength: 1, maxLength: 10 }).map((tokens) => tokens.join(""));
  let seen = 0;
  let tried = 0;
  const check = (line: string): void => {
    const { commands, unclear } = readScript(line);
    if (unclear !== undefined) return;
    // What an earlier line left in the background must not be taken for this one's.
    const out = join(dir, `out-${tried++}`);
    writeFileSync(out, "");
    const options = { env: { OUT: out, PATH: "/nonexistent" }, cwd: dir, timeout: 2_000 } as const;
    const { status, stderr } = spawnSync(
      "/bin/bash",
      ["--norc", "-c", `ulimit -t 1\n${HANDLER}\neval "$1"`, "bash", line],
      options,
    );
    if (status === null) return;
    seen++;
    expect(String(stderr)).not.toMatch(/syntax error|unexpected/);
    const ran = readFileSync(out, "utf8")
      .split("\x02")
      .slice(0, -1)
      .map((one) => one.split("\x01").slice(0, -1));
    const read = commands.map(({ words }) => (words[0]?.text === "time" ? words.slice(1) : words));
    for (const one of ran)
      expect(
        read.some((words) => fits(words, one)),
        `${JSON.stringify(line)} ran ${one.join(" ")}`,
      ).toBe(true);
  };
  fc.assert(fc.property(lines, check), {
    numRuns: Number(process.env["SCRIPT_RUNS"] ?? 1_000),
    ...(process.env["SCRIPT_SEED"] ? {} : { seed: 7 }),
  });
  expect(seen).toBeGreaterThan(100);
}, 120_000);
