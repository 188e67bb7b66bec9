import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Plugin } from "../../../core/types.js";
import type { JsonValue } from "../../../schemas/json.js";
import { textOf } from "../../../schemas/message.js";
import { call, say, type Shell } from "../../../test/boot.js";
import { given, notices, reports, Shelf, task, team } from "./testing.js";

let dir = "";
let shelf = new Shelf();
beforeEach(() => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), "nacre-roster-")));
  shelf = new Shelf();
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const described = { description: "Helps." };
const plugin = { name: "kit", namespaced: true, origin: "installed" };

async function names(shell: Shell): Promise<readonly string[]> {
  return (await (await shell.kernel.service("agents"))!.list()).map(({ name }) => name);
}

describe("the agents there are", () => {
  it("come from --agents, then files, then plugins; the first of a name counts", async () => {
    shelf.put("one", { description: "From the project." }, { origin: "project" });
    shelf.put("one", { description: "From the user." });
    shelf.put("given", { description: "Hidden." });
    shelf.put("one", described, plugin);
    shelf.put("trace", { ...described, scope: "deep" }, plugin);
    await using shell = await team({ plugins: [shelf.plugin], settings: given({ given: {} }) });
    const all = await (await shell.kernel.service("agents"))!.list();
    expect(all.slice(0, 5)).toEqual([
      { name: "given", description: "The agent given.", origin: "--agents" },
      { name: "one", description: "From the project.", origin: "project" },
      { name: "kit:one", description: "Helps.", origin: "installed" },
      { name: "kit:deep:trace", description: "Helps.", origin: "installed" },
      expect.objectContaining({ name: "general-purpose" }),
    ]);
  });

  it("leave out files of a user or a project that nobody named or described, or whose name cannot be used", async () => {
    shelf.put("README", { description: "About.", unnamed: true });
    shelf.put("bare", { description: "A paragraph.", undescribed: true });
    shelf.put("a:b", described);
    shelf.put("-x", described);
    shelf.put("README", { description: "About.", unnamed: true }, plugin);
    await using shell = await team({ plugins: [shelf.plugin] });
    expect(await names(shell)).toEqual(["kit:README", "general-purpose", "Explore", "Plan"]);
  });

  it("are told to the model when they are there and again when they change, and cost nothing otherwise", async () => {
    await using quiet = await team({ script: [say("hi")] });
    await quiet.send("go");
    expect(quiet.requests[0]!.messages.map(({ content }) => textOf(content))).toEqual(["go"]);

    shelf.put("one", { description: "Helps\n  much." });
    await using shell = await team({ plugins: [shelf.plugin], script: [say("a"), say("b"), say("c")] });
    const told = (turn: number): string => textOf(shell.requests[turn]!.messages.at(-1)!.content);
    await shell.send("go");
    expect(told(0)).toBe("goAgents for the tool Agent:\n- one: Helps much.");
    await shell.send("go");
    expect(told(1)).toBe("go");
    shelf.put("two", described);
    await shell.send("go");
    expect(told(2)).toBe("goAgents for the tool Agent:\n- one: Helps much.\n- two: Helps.");
  });

  it("are told with the first prompt that the model reads", async () => {
    shelf.put("one", described);
    const answering: Plugin = {
      name: "answering",
      setup: (ctx) =>
        ctx.tap("UserPromptSubmit", async (prompt) =>
          textOf(prompt.content) === "/x" ? { ...prompt, handled: "y" } : undefined,
        ),
    };
    await using shell = await team({ plugins: [shelf.plugin, answering], script: [say("a")] });
    await shell.send("/x");
    await shell.send("go");
    expect(textOf(shell.requests[0]!.messages[0]!.content)).toBe("goAgents for the tool Agent:\n- one: Helps.");
  });

  it("are asked for where the person calls them by name", async () => {
    shelf.put("one", described);
    await using shell = await team({ plugins: [shelf.plugin], script: [say("a")] });
    await shell.send('@agent-one look, and @"Explore (agent)", not me@agent-one nor @agent-gone');
    expect(textOf(shell.requests[0]!.messages[0]!.content).match(/The user wants the agent \S+/g)).toEqual([
      "The user wants the agent one",
      "The user wants the agent Explore",
    ]);
  });

  it("are told again when the conversation has gone back to before they were", async () => {
    shelf.put("one", described);
    await using shell = await team({ plugins: [shelf.plugin], script: [say("a"), say("b")] });
    await shell.send("go");
    shell.session.emit({ type: "rewind", at: 0, to: shell.session.prompts[0]!.id });
    await shell.send("go");
    expect(textOf(shell.requests[1]!.messages[0]!.content)).toBe("goAgents for the tool Agent:\n- one: Helps.");
  });

  it("are not told again when a session is taken up", async () => {
    shelf.put("one", described);
    await using shell = await team({ plugins: [shelf.plugin], script: [say("a"), say("b")] });
    await shell.send("go");
    const again = await shell.kernel.open({ provider: "test-script", past: [...shell.events], source: "resume" });
    await again.send("more");
    expect(textOf(shell.requests[1]!.messages.at(-1)!.content)).toBe("more");
  });

  it("stay within a bounded listing, however many and however wordy they are", async () => {
    for (let n = 0; n < 1000; n++) shelf.put(`agent-${n}`, { description: "word ".repeat(500) });
    await using shell = await team({ plugins: [shelf.plugin], script: [say("a")] });
    await shell.send("go");
    expect(textOf(shell.requests[0]!.messages[0]!.content).length).toBeLessThan(8_200);
  });

  it.each([
    ["{", "--agents is not valid JSON: give an object of agents by name."],
    ["[]", "--agents has to be a JSON object of agents by name."],
    ['{"a":{"prompt":"x"}}', '--agents: the agent "a" needs the texts "description" and "prompt".'],
    [
      '{"a:b":{"prompt":"x","description":"y"}}',
      '--agents: "a:b" is no name for an agent: it must not hold ":" nor begin with "-".',
    ],
  ])("are refused in one sentence where --agents is %s", async (json, sentence) => {
    await using shell = await team({ settings: { "agents.json": json } });
    await expect(shell.kernel.service("agents").then((agents) => agents!.list())).rejects.toThrow(sentence);
  });
});

describe("an agent's file", () => {
  it("gives its body as the prompt, read when it is used, and a plugin's folder is filled in", async () => {
    const file = join(dir, "one.md");
    writeFileSync(file, "---\nname: one\ndescription: Helps.\n---\nUse ${CLAUDE_PLUGIN_ROOT}/x.\n");
    shelf.put("one", { ...described, bodyLine: 5 }, { ...plugin, dir: "/kit" }, { file });
    await using shell = await team({
      plugins: [shelf.plugin],
      script: [call("Agent", task("one")), say("done")],
      agents: { "kit:one": [say("ok")] },
    });
    await shell.send("go");
    expect(reports(shell)[0]!.content).toBe("ok");
    expect(shell.requests[1]!.system[0]).toBe("Use /kit/x.");
  });

  it("of an installed plugin is used only as it was approved, with what the user answered and no secret of it", async () => {
    const file = join(dir, "one.md");
    writeFileSync(
      file,
      "Ask ${user_config.host} with ${user_config.token} in ${CLAUDE_PLUGIN_DATA}; ${user_config.none}.",
    );
    shelf.put("one", described, { ...plugin, dir: "/kit" }, { file });
    shelf.put("two", described, { ...plugin, name: "bad", dir: "/bad" }, { file });
    const installed: Plugin = {
      name: "installing",
      setup: (ctx) =>
        ctx.add("service", {
          name: "installed",
          service: {
            verify: async (folder) => (folder === "/bad" ? "The plugin bad was changed." : undefined),
            silenced: async () => [],
            entryOf: () => undefined,
            options: async () => ({ values: { host: "example.invalid", token: "hush" }, sensitive: ["token"] }),
          },
        }),
    };
    await using shell = await team({
      plugins: [shelf.plugin, installed],
      script: [[call("Agent", task("one")), call("Agent", task("two"))], say("done")],
      agents: { "kit:one": [say("ok")] },
    });
    await shell.send("go");
    expect(shell.requests[1]!.system[0]).toBe(
      `Ask example.invalid with [token is secret] in ${join(shell.home, "plugin-data/kit")}; \${user_config.none}.`,
    );
    expect(reports(shell).find(({ isError }) => isError)!.content).toBe("The plugin bad was changed.");
  });

  it("that is gone by then is named", async () => {
    shelf.put("one", described, {}, { file: join(dir, "gone.md") });
    await using shell = await team({ plugins: [shelf.plugin], script: [call("Agent", task("one")), say("done")] });
    await shell.send("go");
    expect(reports(shell)[0]!.content).toBe(`${join(dir, "gone.md")} cannot be read (ENOENT).`);
  });

  it("of an installed plugin has no say in modes, hooks and first words; that of a user has", async () => {
    const file = join(dir, "one.md");
    writeFileSync(file, "---\n---\nHelp.\n");
    const wishes = { ...described, permissionMode: "acceptEdits", hooks: { Stop: [] } };
    shelf.put("one", wishes, {}, { file });
    shelf.put("one", wishes, plugin, { file });
    const added: JsonValue[] = [];
    const hooks: Plugin = {
      name: "hooks",
      setup: (ctx) =>
        ctx.add("service", {
          name: "shellHooks",
          service: {
            add: (session, value, from) => {
              added.push([session.agent!.type, value, from.agent ?? false]);
              return () => void added.push("out");
            },
          },
        }),
    };
    const write = [call("Write", { file_path: "b.txt", content: "x" }), say("ok")];
    await using shell = await team({
      plugins: [shelf.plugin, hooks],
      script: [call("Agent", task("kit:one")), call("Agent", task("one")), say("done")],
      agents: { one: write, "kit:one": write },
    });
    await shell.send("go");
    expect(shell.results().filter(({ name }) => name === "Write")).toMatchObject([
      { isError: true },
      { isError: false },
    ]);
    expect(added).toEqual([["one", { Stop: [] }, true], "out"]);
  });

  it("preloads the skills it names, but none that is for people only", async () => {
    const skill = join(dir, "SKILL.md");
    writeFileSync(skill, "---\nname: style\ndescription: d\n---\nWrite well.\n");
    shelf.put("style", { modelInvocable: true }, plugin, { kind: "skill", file: skill });
    shelf.put("private", { modelInvocable: false }, {}, { kind: "skill", file: skill });
    await using shell = await team({
      plugins: [shelf.plugin],
      settings: given({ one: { skills: ["kit:style", "private", "gone"] } }),
      script: [call("Agent", task("one")), say("done")],
      agents: { one: [say("ok")] },
    });
    await shell.send("go");
    expect(textOf(shell.requests[1]!.messages[0]!.content)).toContain(
      '<skill name="kit:style">\nWrite well.\n</skill>',
    );
    expect(notices(shell)).toEqual([
      "The skill private is for people only; the agent one does not get it.",
      "The agent one asks for the skill gone, which is not there.",
    ]);
  });
});
