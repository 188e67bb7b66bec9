import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { Question } from "../../../schemas/decision.js";
import type { Plugin } from "../../../core/types.js";
import { call, say } from "../../../test/boot.js";
import { given, notices, reports, Shelf, task, team, tool } from "./testing.js";

const nothing = tool("Nothing", async () => ({ content: "nothing" }));

describe("what an agent may do", () => {
  it("is asked of the same person, who is told which agent asks", async () => {
    const questions: Question[] = [];
    await using shell = await team({
      script: [call("Agent", task("general-purpose")), say("done")],
      agents: { "general-purpose": [call("Write", { file_path: "b.txt", content: "x" }), say("written")] },
      ask: async (question) => {
        questions.push(question);
        return { behavior: "allow" };
      },
    });
    await shell.send("go");
    expect(questions).toHaveLength(1);
    expect(questions[0]).toMatchObject({ call: { name: "Write" }, agent: { type: "general-purpose" } });
    expect(questions[0]!.reason).toMatch(/^The agent general-purpose asks\. b\.txt would be changed/);
    expect(readFileSync(join(shell.dir, "b.txt"), "utf8")).toBe("x");
  });

  it("is refused where nobody can be asked, as for its parent", async () => {
    await using shell = await team({
      script: [call("Agent", task("general-purpose")), say("done")],
      agents: { "general-purpose": [call("Write", { file_path: "b.txt", content: "x" }), say("no")] },
    });
    await shell.send("go");
    expect(shell.results()[0]).toMatchObject({ name: "Write", isError: true });
  });

  it("follows the mode and rules of its parent", async () => {
    await using shell = await team({
      settings: { "permissions.defaultMode": "acceptEdits", "permissions.deny": ["Read(a.txt)"] },
      script: [call("Agent", task("general-purpose")), say("done")],
      agents: {
        "general-purpose": [
          [call("Write", { file_path: "b.txt", content: "x" }), call("Read", { file_path: "a.txt" })],
          say("ok"),
        ],
      },
    });
    await shell.send("go");
    expect(shell.results().map(({ name, isError }) => [name, isError])).toEqual([
      ["Write", false],
      ["Read", true],
      ["Agent", false],
    ]);
  });

  it.each([
    ["plan", "default", "Write", true],
    ["acceptEdits", "plan", "Write", true],
    ["acceptEdits", "default", "Write", false],
    ["plan", "acceptEdits", "Write", false],
  ])("with its own mode %s below the mode %s", async (own, parents, name, isError) => {
    await using shell = await team({
      settings: { ...given({ one: { permissionMode: own } }), "permissions.defaultMode": parents },
      script: [call("Agent", task("one")), say("done")],
      agents: { one: [call("Write", { file_path: "b.txt", content: "x" }), say("ok")] },
    });
    await shell.send("go");
    expect(shell.results()[0]).toMatchObject({ name, isError });
  });

  it("says why its own mode does not count", async () => {
    await using shell = await team({
      settings: { ...given({ one: { permissionMode: "acceptEdits" } }), "permissions.defaultMode": "readOnly" },
      script: [call("Agent", task("one")), say("done")],
      agents: { one: [say("ok")] },
    });
    await shell.send("go");
    const sentence = "The agent one asks for the mode acceptEdits, which is freer than readOnly: it stays in readOnly.";
    expect(notices(shell)).toEqual([sentence]);
  });

  it("is not what an installed plugin's manifest says of modes, hooks and first words", async () => {
    const own = { name: "one", description: "d", text: "You are one.", permissionMode: "acceptEdits", hooks: {} };
    const kit: Plugin = { name: "kit", origin: "installed", dir: "/nowhere", provides: { agentType: [own] } };
    await using shell = await team({
      plugins: [kit],
      script: [call("Agent", task("one")), say("done")],
      agents: { "kit:one": [call("Write", { file_path: "b.txt", content: "x" }), say("ok")] },
    });
    expect(await (await shell.kernel.service("agents"))!.list()).toContainEqual(
      expect.objectContaining({ name: "kit:one", origin: "installed" }),
    );
    await shell.send("go");
    expect(shell.results()[0]).toMatchObject({ name: "Write", isError: true });
  });

  it("is never everything because a project's file says so", async () => {
    const shelf = new Shelf();
    const file = fileURLToPath(new URL("explore.md", import.meta.url));
    shelf.put("one", { description: "d", permissionMode: "bypassPermissions" }, { origin: "project" }, { file });
    await using shell = await team({
      plugins: [shelf.plugin],
      env: { IS_SANDBOX: "1" },
      settings: { "permissions.allowBypass": true },
      script: [call("Agent", task("one")), say("done")],
      agents: { one: [call("Write", { file_path: "b.txt", content: "x" }), say("ok")] },
    });
    await shell.send("go");
    expect(shell.results()[0]).toMatchObject({ name: "Write", isError: true });
    expect(notices(shell)).toContainEqual(expect.stringContaining("a project cannot choose"));
  });

  it("reads only, in every mode, where it is one of those that come with nacre for reading", async () => {
    await using shell = await team({
      plugins: ["bash"],
      settings: { "permissions.defaultMode": "acceptEdits" },
      script: [call("Agent", task("Explore")), say("done")],
      agents: { Explore: [call("Bash", { command: "touch b.txt" }), say("no")] },
    });
    await shell.send("go");
    expect(shell.results()[0]).toMatchObject({ name: "Bash", isError: true });
  });

  it("is judged by the agent's real name, also where a call leaves it out", async () => {
    await using shell = await team({
      settings: { "permissions.deny": ["Agent(general-purpose)"] },
      script: [call("Agent", task(undefined)), say("done")],
    });
    await shell.send("go");
    expect(reports(shell)[0]!.refused).toMatchObject({ behavior: "deny", rule: "Agent(general-purpose)" });
  });

  it("is only what its list of tools names, less what is forbidden", async () => {
    await using shell = await team({
      plugins: [nothing],
      settings: given({ one: { tools: "Read, Write, Nothing, Bash(git *)", disallowedTools: ["Write"] } }),
      script: [call("Agent", task("one")), say("done")],
      agents: { one: [call("Write", { file_path: "b.txt", content: "x" }), say("ok")] },
    });
    await shell.send("go");
    expect(shell.requests[1]!.tools.map(({ name }) => name).toSorted()).toEqual(["Nothing", "Read"]);
    expect(shell.results()[0]!.content).toMatch(/^There is no tool "Write"/);
  });

  it("takes the tools of a server by the server's name, and never more than its parent has", async () => {
    const [get, set] = ["mcp__srv__get", "mcp__srv__set"].map((name) => tool(name, async () => ({ content: name })));
    await using shell = await team({
      plugins: [get!, set!, nothing],
      session: { withoutTools: ["mcp__srv__set"] },
      settings: given({ one: { tools: ["mcp__srv__*", "Read"] }, two: {} }),
      script: [[call("Agent", task("one")), call("Agent", task("two"))], say("done")],
      agents: { one: [say("ok")], two: [say("ok")] },
    });
    await shell.send("go");
    expect(shell.requests[1]!.tools.map(({ name }) => name).toSorted()).toEqual(["Read", "mcp__srv__get"]);
    expect(shell.requests[2]!.tools.map(({ name }) => name)).not.toContain("mcp__srv__set");
  });

  it("does not begin where none of its tools is there", async () => {
    await using shell = await team({
      settings: given({ one: { tools: ["Reed", "mcp__gone"] } }),
      script: [call("Agent", task("one")), say("done")],
    });
    await shell.send("go");
    const content = "The agent one cannot work: none of its tools is there (Reed, mcp__gone).";
    expect(reports(shell)[0]).toMatchObject({ isError: true, content });
  });
});
