import { describe, expect, it } from "vitest";
import { readAgentFile } from "./agent-file.js";
import { readCommandFile, readTomlCommand } from "./command-file.js";
import { readHookFile, readHooks } from "./hook-file.js";
import { readOutputStyleFile } from "./output-style-file.js";
import { readSkillFile } from "./skill-file.js";

const skill = async (front: string, body = "Body.\n"): ReturnType<typeof readSkillFile> =>
  readSkillFile(`---\n${front}\n---\n${body}`, { folder: "here" });

describe("readSkillFile", () => {
  it("normalises every documented field", async () => {
    const front = [
      "name: review",
      "description: Reviews.",
      "when_to_use: Often.",
      "argument-hint: [file]",
      "arguments: a b",
      "allowed-tools: Read, Bash(git add:*)",
      "disallowed-tools: [Write]",
      "disable-model-invocation: 'yes'",
      "user-invocable: off",
      "model: opus",
      "effort: high",
      "context: fork",
      "agent: Explore",
      "background: no",
      "paths: src/{a,b}/**, *.ts",
      "shell: bash",
      "hooks: { Stop: [] }",
      "license: MIT",
    ];
    const { name, description, data, usable } = await skill(front.join("\n"));
    expect({ name, description, usable }).toEqual({ name: "review", description: "Reviews.", usable: true });
    expect(data).toMatchObject({
      folder: "here",
      whenToUse: "Often.",
      argumentHint: "[file]",
      arguments: ["a", "b"],
      allowedTools: ["Read", "Bash(git add:*)"],
      disallowedTools: ["Write"],
      modelInvocable: false,
      userInvocable: false,
      model: "opus",
      effort: "high",
      context: "fork",
      agent: "Explore",
      background: false,
      paths: ["src/{a,b}/**", "*.ts"],
      shell: "bash",
      hooks: { Stop: [] },
      frontMatter: { license: "MIT" },
    });
  });

  it("is for both, with all tools asked for, when nothing is said", async () => {
    const { data } = await skill("description: d");
    expect(data).toEqual({ folder: "here", modelInvocable: true, userInvocable: true });
  });

  it.each([
    ["name: [nested, {{name}}]", "here"],
    ["name: 5", "5"],
    ["name: ''", "here"],
    ["name:", "here"],
    ["name: Writing Good Hooks", "Writing Good Hooks"],
  ])("takes %j for a name", async (front, name) => {
    expect((await skill(`${front}\ndescription: d`)).name).toBe(name);
  });

  it("takes the first paragraph where there is no description", async () => {
    const text = "# Title\n\nFirst\nparagraph.\n\nSecond.\n";
    expect(await readSkillFile(text, { folder: "here" })).toMatchObject({
      description: "First paragraph.",
      described: false,
    });
    expect(await skill("description:", "# Title\n")).toMatchObject({ description: "Title", described: false });
  });

  it("grants no more than the text says where YAML refuses it", async () => {
    const { data, problems } = await skill("description: a: b\nallowed-tools: [Read, Bash(git: x)");
    expect(data["allowedTools"]).toEqual(["[Read", "Bash(git: x)"]);
    expect(problems[0]).toMatchObject({ code: "front-matter-recovered" });
  });
});

describe("readCommandFile", () => {
  it("is named by its file, whatever the front matter says", async () => {
    const read = await readCommandFile("---\nname: tools:scan\ndescription: d\n---\nScan.", "scan");
    expect(read).toMatchObject({ name: "scan", description: "d" });
    expect(read.problems).toMatchObject([{ severity: "info", code: "command-name", line: 2 }]);
  });

  it.each([
    ["argument-hint: [ticket]", "[ticket]"],
    ["argument-hint: [a] | [b]", "[a] | [b]"],
    ["argument-hint: 5", "5"],
    ["argument-hint: [a: b]", "[a: b]"],
    ["argument-hint:\n  - a\n  - b", '["a","b"]'],
  ])("shows %j as it is written", async (front, hint) => {
    expect((await readCommandFile(`---\n${front}\n---\nx`, "x")).data["argumentHint"]).toBe(hint);
  });

  it("takes old spellings", async () => {
    const { data } = await readCommandFile(
      "---\nallowed_tools: Read\nhide-from-slash-command-tool: 'true'\n---\nx",
      "x",
    );
    expect(data).toMatchObject({ allowedTools: ["Read"], modelInvocable: false });
  });

  it("lets a manifest's entry win", async () => {
    const entry = { description: "E", argumentHint: "[e]", model: "m", allowedTools: ["Read"] };
    const read = await readCommandFile("---\ndescription: d\nmodel: x\n---\nx", "x", entry);
    expect(read).toMatchObject({ description: "E", data: { argumentHint: "[e]", model: "m", allowedTools: ["Read"] } });
  });
});

describe("readTomlCommand", () => {
  it("has prompt and description", async () => {
    const read = await readTomlCommand('description = "d"\nprompt = """\nDo {{args}}\n"""\n', "git:do");
    expect(read).toMatchObject({ name: "git:do", description: "d", usable: true, data: { syntax: "gemini" } });
    expect(read.matter.body).toBe("Do {{args}}\n");
  });

  it.each([
    ["prompt = ", "not-toml"],
    ["description = 'x'", "no-prompt"],
    ["prompt = ''", "no-prompt"],
    ["prompt = 5", "no-prompt"],
  ])("refuses %j", async (text, code) => {
    const read = await readTomlCommand(text, "x");
    expect(read).toMatchObject({ usable: false, problems: [{ severity: "error", code, line: 1 }] });
  });
});

describe("readAgentFile", () => {
  it("normalises fields", async () => {
    const front =
      "name: r\ndescription: d\ntools: Read, Bash(make *)\ndisallowedTools: '*'\nmaxTurns: '5'\nskills: a, b\nbackground: on";
    const { name, data } = await readAgentFile(`---\n${front}\n---\nPrompt.`, "file", "deep");
    expect(name).toBe("r");
    expect(data).toMatchObject({
      tools: ["Read", "Bash(make *)"],
      disallowedTools: ["*"],
      maxTurns: 5,
      skills: ["a", "b"],
      background: true,
      scope: "deep",
    });
  });

  it.each([
    ["name: n", undefined],
    ["tools:", undefined],
    ["tools: *", undefined],
    ['tools: "*"', undefined],
    ["tools: []", []],
    ["tools: Read", ["Read"]],
    ["allowed-tools: Read", ["Read"]],
    ["tools: { read: true, write: false }", ["read"]],
    ["tools: [Read, 'Bash(a, b)']", ["Read", "Bash(a, b)"]],
  ])("takes %j for its tools", async (front, tools) => {
    expect((await readAgentFile(`---\n${front}\n---\nx`, "file")).data["tools"]).toEqual(tools);
  });

  it("is named by its file and says what is missing", async () => {
    const read = await readAgentFile("---\nmodel: opus\n---\nx", "file");
    expect(read).toMatchObject({ name: "file", usable: true });
    expect(read.problems.map(({ code }) => code)).toEqual(["no-name", "no-description"]);
  });
});

describe("readOutputStyleFile", () => {
  it("drops the coding instructions unless it says to keep them", async () => {
    expect((await readOutputStyleFile("---\nname: S\n---\nx", "s")).data).toEqual({ keepCodingInstructions: false });
    const kept = await readOutputStyleFile("---\nkeep-coding-instructions: 'yes'\nforce-for-plugin: true\n---\nx", "s");
    expect(kept).toMatchObject({ name: "s", data: { keepCodingInstructions: true, forceForPlugin: true } });
  });
});

describe("readHookFile", () => {
  const handler = { type: "command", command: "true", description: "kept" };

  it.each([
    [{ description: "d", hooks: { Stop: [{ hooks: [handler] }] } }, []],
    [{ Stop: [{ hooks: [handler] }], $schema: "x" }, ["hooks-no-wrapper"]],
    [{ hooks: { Stop: { hooks: [handler] } } }, []],
    [{ hooks: { Stop: [handler] } }, ["hooks-no-group"]],
    [{ hooks: [{ event: "Stop", ...handler }] }, ["hooks-no-group"]],
    [{ hooks: [{ event: "Stop", hooks: [handler] }] }, []],
    [[{ event: "Stop", hooks: [handler] }], []],
    [
      { hooks: { Stop: [{ hooks: [handler] }, "x", { hooks: [] }], afterEdit: [{ hooks: [handler] }] } },
      ["hooks-shape", "hooks-shape", "hooks-unknown-event"],
    ],
  ])("finds the handler in %j", (value, codes) => {
    const read = readHookFile(JSON.stringify(value));
    expect(read.hooks["Stop"]?.flatMap(({ hooks }) => hooks)).toMatchObject([{ command: "true" }]);
    expect(read.problems.map(({ code }) => code)).toEqual(codes);
  });

  it("names near events and places", () => {
    const read = readHookFile('{"hooks": {\n "postToolUse": [{"hooks": [{"type": "command"}]}]\n}}');
    expect(read.unknownEvents).toEqual({ postToolUse: 1 });
    expect(read.problems[0]).toMatchObject({ line: 2, message: expect.stringContaining("PostToolUse?") as unknown });
  });

  it.each(["", "{", "5", "[]x", "null", '"text"'])("says what is wrong with %j", (text) => {
    expect(readHookFile(text)).toMatchObject({ usable: false, problems: [{ severity: "error" }] });
  });

  it("is not fooled by names that every object has", () => {
    const read = readHooks(JSON.parse('{"hooks": {"__proto__": [{"hooks": [{}]}], "constructor": [{"hooks": [{}]}]}}'));
    expect(read).toMatchObject({ hooks: {}, unknownEvents: { constructor: 1 } });
    expect(({} as Record<string, unknown>)["hooks"]).toBeUndefined();
  });

  it("reads a thousand handlers and no more", () => {
    const read = readHooks({ hooks: { Stop: Array.from({ length: 1200 }, () => ({ hooks: [handler] })) } });
    expect(read.hooks["Stop"]).toHaveLength(1000);
    expect(read.problems).toMatchObject([{ code: "too-many-hooks" }]);
  });
});
