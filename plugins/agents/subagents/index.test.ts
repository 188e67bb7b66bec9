import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { textOf } from "../../../schemas/message.js";
import { call, say } from "../../../test/boot.js";
import { given, reports, task, team, tool } from "./testing.js";

describe("the tool Agent", () => {
  it("lets an agent work in a session of its own and hands back its last words alone", async () => {
    await using shell = await team({
      script: [call("Agent", task("Explore")), say("done")],
      agents: { Explore: [call("Read", { file_path: "a.txt" }), say("It says hello.")] },
    });
    expect((await shell.send("go")).reason).toBe("completed");
    const [result] = reports(shell);
    expect(result).toMatchObject({ content: "It says hello.", isError: false });
    expect(result!.details).toMatchObject({ status: "completed", agentType: "Explore", totalToolUseCount: 1 });
    expect(shell.session.messages.flatMap(({ content }) => content).map((block) => block.type)).toEqual([
      "text",
      "tool_use",
      "tool_result",
      "text",
    ]);
  });

  it("gives the agent its own prompt and surroundings and nothing of the conversation", async () => {
    await using shell = await team({
      plugins: ["instructions"],
      settings: { "agents.append_prompt": "Be brief." },
      script: [call("Agent", task("Explore")), say("done")],
      agents: { Explore: [say("ok")] },
    });
    await shell.send("a secret wish");
    const request = shell.requests.find(({ system }) => system[0]?.startsWith("You find things"))!;
    expect(JSON.stringify(request)).not.toContain("a secret wish");
    expect(request.system[0]).toMatch(/Be brief\.$/);
    expect(request.system[1]).toContain(`Working folder: ${shell.dir}`);
    expect(request.messages.map(({ content }) => textOf(content))).toEqual(["Look at a.txt."]);
    expect(request.tools.map(({ name }) => name)).toEqual(["Read"]);
  });

  it("runs the calls of one reply at the same time", async () => {
    let [most, now] = [0, 0];
    const slow = tool("Slow", async () => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => void setTimeout(resolve, 20));
      now--;
      return { content: "slow" };
    });
    const types = ["Explore", "Plan", "general-purpose"];
    const turns = [call("Slow", {}), say("ok")];
    await using shell = await team({
      plugins: [slow],
      script: [types.map((type) => call("Agent", task(type))), say("done")],
      agents: { Explore: turns, Plan: turns, "general-purpose": turns },
    });
    expect((await shell.send("go")).reason).toBe("completed");
    expect(most).toBe(3);
  });

  it.each([
    ["no name at all", task(undefined), "general-purpose"],
    ["its other word", { name: "plan", prompt: "x" }, "Plan"],
    ["another case", task("explore"), "Explore"],
  ])("finds the agent by %s", async (_, input, type) => {
    await using shell = await team({ script: [call("Task", input), say("done")], agents: { [type]: [say("me")] } });
    await shell.send("go");
    expect(reports(shell)[0]).toMatchObject({ content: "me" });
  });

  it("names the agents there are when one is not", async () => {
    await using shell = await team({ script: [call("Agent", task("nobody")), say("done")] });
    await shell.send("go");
    const content = 'There is no agent "nobody"; there are: general-purpose, Explore, Plan.';
    expect(reports(shell)[0]).toMatchObject({ isError: true, content });
  });

  it("tells what stopped an agent, and hands on what it had said", async () => {
    await using shell = await team({
      settings: given({ short: { maxTurns: 1 } }),
      script: [[call("Agent", task("short")), call("Agent", task("Plan"))], say("done")],
      agents: { short: [[say("So far."), call("Read", { file_path: "a.txt" })]], Plan: [] },
    });
    await shell.send("go");
    const [short, plan] = reports(shell).toSorted((a, b) => a.id.localeCompare(b.id));
    expect(short).toMatchObject({ isError: false, details: { status: "partial" } });
    expect(short!.content).toMatch(/^So far\.\n\n\[The agent did not finish: Stopped at the limit of model calls/);
    expect(plan).toMatchObject({ isError: true, details: { status: "failed" } });
    expect(plan!.content).toContain("The test's script has ended.");
  });

  it("stops the agent when its time is up", async () => {
    const wait = tool("Wait", ({ signal }) => {
      return new Promise((resolve) => signal.addEventListener("abort", () => resolve({ content: "stopped" })));
    });
    await using shell = await team({
      plugins: [wait],
      settings: given({ slow: { timeout: 0.05 } }),
      script: [call("Agent", task("slow")), say("done")],
      agents: { slow: [[say("Waiting."), call("Wait", {})]] },
    });
    await shell.send("go");
    expect(reports(shell)[0]!.content).toContain("It was stopped after 0.05 s, the time it has.");
  });

  it("ends with the turn of its parent", async () => {
    const stopping = new AbortController();
    const wait = tool("Wait", ({ signal }) => {
      queueMicrotask(() => stopping.abort());
      return new Promise((resolve) => signal.addEventListener("abort", () => resolve({ content: "stopped" })));
    });
    await using shell = await team({
      plugins: [wait],
      script: [call("Agent", task("Explore"))],
      agents: { Explore: [call("Wait", {})] },
    });
    expect((await shell.send("go", { signal: stopping.signal })).reason).toBe("aborted");
    expect(reports(shell)[0]).toMatchObject({ isError: true, details: { status: "cancelled" } });
  });

  it("nests three levels deep and no deeper", async () => {
    const down = [call("Agent", task("general-purpose")), say("up")];
    await using shell = await team({ script: down, agents: { "general-purpose": down } });
    await shell.send("go");
    const told = shell.requests.map(({ tools }) => tools.some(({ name }) => name === "Agent"));
    expect(told.slice(0, 4)).toEqual([true, true, true, false]);
    expect(reports(shell).at(-1)).toMatchObject({ content: "up", isError: false });
    expect(shell.results()[0]!.content).toMatch(/^There is no tool "Agent"/);
  });

  it("shows what an agent found that is sure enough, and says what it hid", async () => {
    const findings = [
      { file: "a.ts", line: 1, kind: "bug", confidence: 90, title: "Sure" },
      { file: "b.ts", line: 1, kind: "bug", confidence: 60, title: "Unsure" },
    ];
    const report = say(`Read it.\n\`\`\`findings\n${JSON.stringify(findings)}\n\`\`\``);
    await using shell = await team({
      script: [call("Agent", task("Explore")), call("Agent", task("Explore", { min_confidence: 50 })), say("done")],
      agents: { Explore: [report] },
    });
    await shell.send("go");
    const [usual, all] = reports(shell).map(({ content }) => content);
    expect(usual).toBe("Read it.\n\n- [90] bug a.ts:1: Sure (Explore)\n1 with a confidence below 80 is not shown.");
    expect(all).toContain("[60] bug b.ts:1: Unsure");
  });
});

describe("what is seen of agents", () => {
  it("is a transcript of their own below that of the conversation, their use counted to it, and progress", async () => {
    await using shell = await team({
      plugins: ["transcript", "usage"],
      script: [call("Agent", task("Explore"), "the-call"), say("done")],
      agents: { Explore: [call("Read", { file_path: "a.txt" }), say("It says hello.")] },
    });
    await shell.send("go");
    const [result] = reports(shell);
    const id = (result!.details as { readonly agentId: string }).agentId;
    const projects = join(shell.home, "projects", shell.dir.replace(/[^A-Za-z0-9]/g, "-"));
    const file = join(projects, shell.session.id, "subagents", `agent-${id}.jsonl`);
    expect(readFileSync(file, "utf8")).toContain("It says hello.");
    expect((await shell.kernel.service("usage"))!.report(shell.session).total).toMatchObject({ calls: 4 });
    expect(shell.events).toContainEqual({ type: "progress", id: "the-call", text: "Explore: Read" });
  });

  it("stands in one folder with the conversation, also for agents of agents", async () => {
    const down = [call("Agent", task("general-purpose")), say("up")];
    await using shell = await team({ plugins: ["transcript"], script: down, agents: { "general-purpose": down } });
    await shell.send("go");
    const projects = join(shell.home, "projects", shell.dir.replace(/[^A-Za-z0-9]/g, "-"));
    expect(readdirSync(join(projects, shell.session.id, "subagents"))).toHaveLength(3);
  });

  it("stops at the budget of the whole run", async () => {
    const prices = { "script-1": { input: 100_000, output: 200_000 } };
    await using shell = await team({
      plugins: ["usage"],
      settings: { "usage.prices": prices, "usage.max_budget_usd": 3 },
      script: [call("Agent", task("Explore")), say("done")],
      agents: { Explore: [call("Read", { file_path: "a.txt" }), say("never said")] },
    });
    expect((await shell.send("go")).reason).toBe("budget");
    expect(reports(shell)[0]!.content).toMatch(/^\[The agent did not finish: Stopped: \$4\.0000 of the budget of \$3/);
  });
});
