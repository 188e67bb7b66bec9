import fc from "../../../../test/check.js";
import { describe, expect, it } from "vitest";
import { EXAMPLES } from "../examples.js";
import { AliasParser } from "./grammar.js";
import { parse, type Parsed } from "./parse.js";
import { readString } from "./read-string.js";
import type { AliasDeclaration, Fault } from "./syntax.js";
import { tokensOf } from "./tokens.js";

function alias(text: string): AliasDeclaration {
  const { statements, faults } = parse(text);
  expect(faults).toEqual([]);
  return statements[0] as AliasDeclaration;
}

const places = ({ faults }: Parsed): string[] => faults.map(({ line, column }) => `${line}:${column}`);
const value = (text: string): unknown => alias(`alias x = T(a: ${text})`).steps[0]!.call.args[0]!.value;

describe("the grammar", () => {
  it("is LL(1) and without ambiguities, as the parser's own analysis finds", () => {
    const group = <T>(items: readonly T[], key: (item: T) => string): Record<string, T[]> => {
      const groups: Record<string, T[]> = {};
      for (const item of items) (groups[key(item)] ??= []).push(item);
      return groups;
    };
    Object.assign(Object, { groupBy: (Object as { groupBy?: unknown }).groupBy ?? group });
    expect(() => new AliasParser(true)).not.toThrow();
  });

  it.each(Object.entries(EXAMPLES))("reads the example %s", (_, text) => {
    expect(parse(text).faults).toEqual([]);
  });

  it("reads all examples as one file", () => {
    const { statements, faults } = parse(Object.values(EXAMPLES).join("\n\n"));
    expect(faults).toEqual([]);
    expect(statements.map((one) => ("name" in one ? one.name : one.path))).toEqual([
      "ll",
      "test",
      "t",
      "todo",
      "lint",
      "pr",
      "review",
      "rename",
      "ship",
      "./team.nalias",
      "issue",
      "ll",
    ]);
  });

  it("keeps every part of an alias with its place", () => {
    const pr = alias(EXAMPLES["pr"]!);
    expect(pr.params).toMatchObject([
      { name: "title", rest: false, type: { name: "string" }, at: { line: 1, column: 10 } },
      { name: "draft", value: { is: "plain", value: true } },
    ]);
    expect(pr.steps.map(({ after, call }) => [after, call.name, call.at])).toEqual([
      [undefined, "Git", { line: 2, column: 5 }],
      ["&&", "GitHub", { line: 3, column: 6 }],
    ]);
    expect(pr.modifiers).toMatchObject([
      { name: "permission", word: "ask" },
      { name: "retry", value: { is: "plain", value: 1 } },
    ]);
    expect(alias(EXAMPLES["ship"]!).when).toMatchObject({
      is: "and",
      parts: [
        { name: "branch", compare: { by: "!=", with: "main" } },
        { name: "exists", argument: "package.json" },
        { is: "not", part: { name: "env", argument: "CI" } },
      ],
    });
  });

  it.each<[string, unknown]>([
    ["5m", { is: "duration", ms: 300_000 }],
    ["250ms", { is: "duration", ms: 250 }],
    ["2h", { is: "duration", ms: 7_200_000 }],
    ["-1.5", { is: "plain", value: -1.5 }],
    ["null", { is: "plain", value: null }],
    ["[1, [true], {}]", { is: "list" }],
    ["$name", { is: "variable", name: "name" }],
    ["'raw ${x} \\n'", { is: "text", parts: ["raw ${x} \\n"] }],
    ['"a ${x}b\\t\\$ $HOME \\u0041"', { is: "text", parts: ["a ", { name: "x" }, "b\t$ $HOME A"] }],
    [
      '{ with: 1, as: "x", include: true }',
      { is: "object", entries: [{ name: "with" }, { name: "as" }, { name: "include" }] },
    ],
  ])("reads the value %s", (text, expected) => {
    expect(value(text)).toMatchObject(expected as object);
  });

  it("takes keywords for names of arguments and longer names for names", () => {
    const { params, steps } = alias('alias aliased(asset: int, nothing: bool) = T(include: "*.ts", when: $asset)');
    expect(params.map(({ name }) => name)).toEqual(["asset", "nothing"]);
    expect(steps[0]!.call.args.map(({ name }) => name)).toEqual(["include", "when"]);
  });

  it("binds and closer than or, and not closest", () => {
    expect(alias('alias x when os == "a" or not git and branch = T()').when).toMatchObject({
      is: "or",
      parts: [{ name: "os" }, { is: "and", parts: [{ is: "not" }, { name: "branch" }] }],
    });
    expect(alias("alias x when not (os or git) = T()").when).toMatchObject({ is: "not", part: { is: "or" } });
  });
});

describe("a syntax error", () => {
  it.each([
    ["alias = LS()", "1:7", 'A name is expected here, not "=".'],
    ['alias x = LS("src")', "1:14", 'Arguments are named, as in name: "src".'],
    ['alias x = LS(path: "a"', "1:22", '")" is missing at the end.'],
    ['alias x = Bash(command: "a") |', "1:30", "A call, as in Tool(name: value) or @alias() is missing at the end."],
    ["alias x(n: (error)) = LS()", "1:13", 'The choices of a type are strings, as in ("error" | "warn"), not "error".'],
    ['alias x = LS(path: "a)', "1:20", 'The string is not closed: " is missing at the end of the line.'],
    [
      "alias x = LS(path: 'a)\nalias y = LS()",
      "1:20",
      "The string is not closed: ' is missing at the end of the line.",
    ],
    ['alias x = LS(a: "\\q")', "1:18", 'There is no escape "\\q"; a backslash is "\\\\".'],
    ['alias x = LS(a: "n ${1}")', "1:20", 'A name and "}" are expected after "${"; write "\\${" for the characters.'],
    ["alias x = LS(a: 5min)", "1:18", '")" is expected here, not "min".'],
    ["alias x = LS() ~", "1:16", '"~" means nothing here.'],
    ["what\nalias y = LS()", "1:1", 'A statement begins with alias, unalias or include, not with "what".'],
    ["alias x\n\n  = LS(\n   a: 1 b: 2)", "4:9", '")" is expected here, not "b".'],
  ])("%j is told at %s", (text, place, message) => {
    const parsed = parse(text);
    expect([places(parsed), parsed.faults[0]!.message]).toEqual([[place], message]);
  });

  it("costs its own statement and names the alias that is broken", () => {
    const { statements, faults, broken } = parse(
      'alias a = LS(\nalias b = LS()\nalias c = = \nunalias q "x"\nalias d = LS()',
    );
    expect(statements.map((one) => "name" in one && one.name)).toEqual(["b", "d"]);
    expect(faults.map(({ line, column }) => [line, column])).toEqual([
      [1, 13],
      [3, 11],
      [4, 11],
    ]);
    expect([...broken.keys()]).toEqual(["a", "c"]);
  });
});

describe("hostile text", () => {
  it.each([
    ["brackets", `alias x = T(a: ${"[".repeat(100_000)}`],
    ["parentheses", `alias x when ${"(".repeat(100_000)}`],
    ["not", `alias x when ${"not ".repeat(50_000)}git = T()`],
    ["one long string", `alias x = T(a: "${"\\".repeat(200_000)}`],
    ["placeholders", `alias x = T(a: "${"${a}".repeat(40_000)}")`],
    ["quotes", '"'.repeat(200_000)],
    ["errors", "alias\n".repeat(40_000)],
    ["dots", `alias x = ${"a.".repeat(60_000)}`],
    ["digits", `alias x = T(a: ${"1".repeat(200_000)}x)`],
  ])("of many %s is read within a second", (_, text) => {
    const started = performance.now();
    const { faults } = parse(text);
    expect(performance.now() - started).toBeLessThan(1000);
    expect(faults.length).toBeLessThanOrEqual(101);
  });

  it("never throws, loses no character to the lexer, and has places inside of the text", () => {
    const piece = fc.constantFrom(
      "alias ",
      "x",
      "=",
      "(",
      ")",
      '"',
      "'",
      "${",
      "}",
      "|",
      "\n",
      "5m",
      "@",
      "with {",
      "é",
      "\u0000",
      "\\",
      "#",
    );
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.array(piece).map((all) => all.join("")),
    );
    fc.assert(
      fc.property(text, (source) => {
        const lines = source.split(/\r\n|[\n\r]/);
        const inside = ({ line, column }: Fault): boolean =>
          column >= 1 && column <= (lines[line - 1]?.length ?? 0) + 1;
        expect(parse(source).faults.every(inside)).toBe(true);
        const covered = tokensOf(source)
          .map(({ image }) => image)
          .join("");
        expect(covered.length).toBeLessThanOrEqual(source.length);
      }),
      { numRuns: 500 },
    );
  });

  it("reads back every string that is written with escapes, and every raw one", () => {
    const at = { line: 1, column: 1 };
    const joined = (image: string): string => readString(image, at).parts.join("");
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const escaped = text.replaceAll(
          /[\\"$]|[\r\n]/g,
          (sign) => ({ "\n": "\\n", "\r": "\\r" })[sign] ?? `\\${sign}`,
        );
        expect(joined(`"${escaped}"`)).toBe(text);
        const raw = text.replaceAll(/['\r\n]/g, "");
        expect(joined(`'${raw}'`)).toBe(raw);
        expect(parse(`alias x = T(a: "${escaped}", b: '${raw}')`).faults).toEqual([]);
      }),
    );
  });
});
