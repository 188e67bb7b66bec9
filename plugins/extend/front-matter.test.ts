import fc from "../../test/check.js";
import { describe, expect, it } from "vitest";
import { capped, placeInJson, parseJson } from "./diagnostic.js";
import { lineOfKey, readFrontMatter, writtenAt } from "./front-matter.js";
import { splitTools } from "./split-tools.js";

const KEYS = ["name", "description", "tools", "argument-hint", "allowed-tools"];
const read = async (text: string): ReturnType<typeof readFrontMatter> => readFrontMatter(text, KEYS);
const codes = async (text: string): Promise<string[]> => (await read(text)).problems.map(({ code }) => code);

describe("readFrontMatter", () => {
  it("reads valid front matter as YAML and says where the body begins", async () => {
    const matter = await read("---\nname: a\ndescription: >\n  two\n  lines\nlist: [1, x]\n---\n\n# Body\n");
    expect(matter).toMatchObject({ recovered: false, present: true, body: "\n# Body\n", bodyLine: 8, problems: [] });
    expect(matter.data).toEqual({ name: "a", description: "two lines\n", list: [1, "x"] });
    expect(lineOfKey(matter, "description")).toBe(3);
    expect(writtenAt(matter, "list")).toBe("[1, x]");
  });

  it.each([
    ["no front matter", "# Title\n\ntext\n"],
    ["a rule of four dashes", "----\nname: a\n----\n"],
    ["an empty text", ""],
    ["dashes that open nothing", "---\n\nA paragraph.\n"],
  ])("takes %s as body alone", async (_, text) => {
    expect(await read(text)).toMatchObject({ present: false, data: {}, body: text, problems: [] });
  });

  it.each([
    ["a byte order mark", "\uFEFF---\nname: a\n---\nx\n", []],
    ["Windows line ends", "---\r\nname: a\r\n---\r\nx\r\n", []],
    ["empty lines before it", "\n\n---\nname: a\n---\nx\n", []],
    ["a code fence around the file", "```markdown\n---\nname: a\n---\nx\n```\n", ["code-fence"]],
    ["no closing fence", "---\nname: a\n\nx\n", ["front-matter-open"]],
    ["a named language", "---yaml\nname: a\n---\nx\n", []],
  ])("copes with %s", async (_, text, expected) => {
    const matter = await read(text);
    expect(matter.data).toEqual({ name: "a" });
    expect(matter.body.trim()).toBe("x");
    expect(matter.problems.map(({ code }) => code)).toEqual(expected);
    expect(text.split(/\r?\n/)[matter.bodyLine - 1 + (matter.body.startsWith("\n") ? 1 : 0)]).toBe("x");
  });

  it.each([
    ["description: Use when: it is red", { description: "Use when: it is red" }],
    ["argument-hint: [a] | [b]\nname: n", { "argument-hint": "[a] | [b]", name: "n" }],
    ["name: n\ntools: *", { name: "n", tools: "*" }],
    ['name: n\ndescription: "not closed', { name: "n", description: "not closed" }],
    ["name: n\nallowed-tools:\n\t- Read\n\t- Bash(git:*)", { name: "n", "allowed-tools": ["Read", "Bash(git:*)"] }],
    ["name: n\n--- x\ndescription: d", { name: "n", description: "d" }],
    [
      "name: n\ndescription: |\nNot: in: dented\ntools: Read",
      { name: "n", description: "Not: in: dented", tools: "Read" },
    ],
    ["description: a: b\ntags: [x]\nname: n", { description: "a: b", tags: ["x"], name: "n" }],
    [
      "name: n\ndescription: Say: <example>\nuser: hi\ntools: text\n</example>\ntools: Read",
      { name: "n", description: "Say: <example>\nuser: hi\ntools: text\n</example>", tools: "Read" },
    ],
    [
      "name: n\ndescription: Say: <example>\nuser: hi\ntools: Read",
      { description: "Say: <example>\nuser: hi", tools: "Read" },
    ],
    ["name: n\nname: m\ntools: [a", { name: "n", tools: "[a" }],
  ])("recovers %j key by key", async (block, data) => {
    const matter = await read(`---\n${block}\n---\nbody\n`);
    expect(matter.recovered).toBe(true);
    expect(matter.data).toMatchObject(data);
    expect(matter.problems[0]).toMatchObject({ code: "front-matter-recovered", severity: "warning" });
  });

  it("names line and column of what YAML refuses", async () => {
    const { problems } = await read("---\nname: n\ndescription: Use when: red\n---\n");
    expect(problems[0]).toMatchObject({ line: 3, column: 22 });
  });

  it.each(["js", "javascript", "coffee", "json", "toml"])(
    "refuses front matter in %s and runs nothing",
    async (word) => {
      const matter = await read(`---${word}\n{ name: (globalThis.ran = true, "a") }\n---\nbody\n`);
      expect(matter).toMatchObject({ data: {}, body: "body\n" });
      expect(matter.problems).toMatchObject([{ severity: "error", code: "front-matter-language", line: 1 }]);
      expect(globalThis).not.toHaveProperty("ran");
    },
  );

  it("does not unfold a YAML bomb", async () => {
    const levels = Array.from({ length: 12 }, (_, n) => `l${n + 1}: &l${n + 1} [${`*l${n},`.repeat(9)}]`);
    const matter = await read(`---\nname: n\nl0: &l0 [x]\n${levels.join("\n")}\n---\n`);
    expect(matter).toMatchObject({ recovered: true, data: { name: "n" } });
    expect(JSON.stringify(matter.data).length).toBeLessThan(5000);
  });

  it.each([
    ["a circle", "a: &a [*a]\nname: n"],
    ["deep nesting", `name: n\ndeep: ${"[".repeat(20_000)}`],
  ])("survives %s", async (_, block) => {
    expect((await read(`---\n${block}\n---\n`)).data).toMatchObject({ name: "n" });
  });

  it("refuses front matter of more than 64 KB", async () => {
    expect(await codes(`---\nname: ${"x".repeat(70_000)}\n---\n`)).toEqual(["front-matter-too-large"]);
  });

  it("leaves prototypes alone where it has to be read key by key", async () => {
    const text = "---\nname: a\ndescription: a: b\n__proto__:\n  x: 1\n---\n";
    const { data, problems, recovered } = await readFrontMatter(text, ["name", "description"]);
    expect(recovered).toBe(true);
    expect(Object.getPrototypeOf(data)).toBe(Object.prototype);
    expect(Object.keys(data)).toEqual(["name", "description"]);
    expect(problems.map(({ code }) => code)).toContain("proto-key");
  });

  it("leaves prototypes alone", async () => {
    const matter = await read("---\n__proto__: { polluted: yes }\nconstructor: x\nname: n\n---\n");
    expect(Object.keys(matter.data)).toEqual(["constructor", "name"]);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
    expect((matter.data as Record<string, unknown>)["polluted"]).toBeUndefined();
    expect(matter.problems).toMatchObject([{ code: "proto-key" }]);
  });

  it("never rejects and never loses the body, whatever the text", async () => {
    const word = fc.constantFrom(
      ..."---|\n|\n---\n|: |:|- |#|*|&a|!|%|@|`|\t|  |[|]|{|}|\"|'|>|||name: |description: |tools: |<example>".split(
        "|",
      ),
      ..."</example>|```|\r\n|\uFEFF|__proto__: |? |<<: *a|é|\0".split("|"),
    );
    const text = fc.array(word, { maxLength: 60 }).map((words) => words.join(""));
    await fc.assert(
      fc.asyncProperty(text, async (given) => {
        const matter = await read(given);
        expect(JSON.parse(JSON.stringify(matter.data))).toEqual(matter.data);
        expect(given.replaceAll("\r\n", "\n")).toContain(matter.body.slice(0, 5));
        expect(Object.getPrototypeOf(matter.data)).toBe(Object.prototype);
      }),
      { numRuns: 2000, seed: 7 },
    );
  });

  it("turns dates into text", async () => {
    expect((await read("---\na: 2026-01-02\nb: 2026-01-02T03:04:05Z\n---\n")).data).toEqual({
      a: "2026-01-02",
      b: "2026-01-02T03:04:05.000Z",
    });
  });
});

describe("splitTools", () => {
  it.each([
    ["Read, Write,Bash(git add:*, git x)", ["Read", "Write", "Bash(git add:*, git x)"]],
    ["Read Bash(make *) mcp__db__*", ["Read", "Bash(make *)", "mcp__db__*"]],
    [
      ["Read, Write", "Bash(a b)", 3, null],
      ["Read", "Write", "Bash(a b)"],
    ],
    ["Bash (git add:*)", ["Bash(git add:*)"]],
    ["*", ["*"]],
    ['Bash(python3 "${CLAUDE_PLUGIN_ROOT}/x.py" *)', ['Bash(python3 "${CLAUDE_PLUGIN_ROOT}/x.py" *)']],
    ["Bash(a(b) c), Read", ["Bash(a(b) c)", "Read"]],
    ["Bash(open, Read", ["Bash(open, Read"]],
    [undefined, []],
    [{ a: 1 }, []],
    ["  ", []],
  ])("splits %j", (value, expected) => {
    expect(splitTools(value)).toEqual(expected);
  });
});

describe("parseJson", () => {
  it("says where a text is no JSON", () => {
    expect(parseJson('{\n  "a": tru\n}').fault).toMatchObject({ code: "not-json", line: 2, column: 8 });
    expect(parseJson('{"a": 1,}').fault).toMatchObject({ line: 1 });
  });

  it("takes comments where they are allowed, and no prototype", () => {
    const { value } = parseJson('{ // x\n "a": [1,], "__proto__": { "b": 2 } }', { comments: true });
    expect(value).toEqual({ a: [1] });
    expect((value as Record<string, unknown>)["b"]).toBeUndefined();
  });

  it("finds the place of a key", () => {
    expect(placeInJson('{\n "a": {\n  "b": [1,\n   2]}}', ["a", "b"])).toEqual({ line: 3, column: 3 });
    expect(placeInJson('{\n "a": [1,\n   2]}', ["a", 1])).toEqual({ line: 3, column: 4 });
    expect(placeInJson("{}", ["a"])).toBeUndefined();
  });
});

describe("bounds of JSON", () => {
  it("refuses what is nested beyond any use, with comments and without", () => {
    const deep = `{"a": ${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
    for (const comments of [true, false])
      expect(parseJson(deep, { comments }).fault).toMatchObject({ code: "too-deep" });
    expect(placeInJson(deep, ["a"])).toBeUndefined();
    expect(parseJson(`["${"[".repeat(1000)}\\""]`).fault).toBeUndefined();
  });

  it("tells of a hundred problems and how many more there are", () => {
    const problem = { severity: "warning", code: "x", message: "m" } as const;
    const few = capped(Array.from({ length: 250 }, () => problem));
    expect(few).toHaveLength(101);
    expect(few.at(-1)!.message).toContain("150 more");
  });
});
