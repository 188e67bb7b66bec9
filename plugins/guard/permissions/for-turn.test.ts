import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../schemas/json.js";
import type { Session } from "../../../schemas/session.js";
import { say } from "../../../test/boot.js";
import { gated, notices, permissionsOf, verdict } from "./testing.js";

const FILE = "/plugins/demo/skills/review/SKILL.md";

describe("rules for a turn", () => {
  it("hold until the turn at hand ends, and are gone in the next one", async () => {
    await using shell = await gated({ script: [say("one")] });
    const permissions = await permissionsOf(shell);
    permissions.forTurn(shell.session, { allow: ["Bash(git add *)"], deny: ["WebSearch"] }, FILE);
    expect(await verdict(shell, "Bash", { command: "git add x" })).toBe("allow");
    expect(await verdict(shell, "WebSearch", { query: "x" })).toBe("deny");
    await shell.send("go");
    expect(await verdict(shell, "Bash", { command: "git add x" })).toBe("ask");
    expect(await verdict(shell, "WebSearch", { query: "x" })).toBe("ask");
  });

  it.each<[string, Record<string, unknown>, string]>([
    ["deny", { "permissions.deny": ["Bash(git push *)"] }, "deny"],
    ["ask", { "permissions.ask": ["Bash(git push *)"] }, "ask"],
    ["mode", { "permissions.defaultMode": "readOnly" }, "deny"],
  ])("never lift what the user's own %s says", async (_, settings, answer) => {
    await using shell = await gated({ settings });
    (await permissionsOf(shell)).forTurn(shell.session, { allow: ["Bash", "Bash(git push *)"] }, FILE);
    expect(await verdict(shell, "Bash", { command: "git push origin" })).toBe(answer);
  });

  it("do not lift dangers for naming a whole tool", async () => {
    await using shell = await gated();
    (await permissionsOf(shell)).forTurn(shell.session, { allow: ["Bash"] }, FILE);
    expect(await verdict(shell, "Bash", { command: "make all" })).toBe("allow");
    expect(await verdict(shell, "Bash", { command: "rm -rf build" })).toBe("ask");
  });

  it("take out of the request what they deny as a whole", async () => {
    await using shell = await gated({ script: [say("one"), say("two")] });
    (await permissionsOf(shell)).forTurn(shell.session, { deny: ["Bash"] }, FILE);
    await shell.send("go");
    await shell.send("go on");
    expect(shell.requests.map(({ tools }) => tools.some(({ name }) => name === "Bash"))).toEqual([false, true]);
  });

  it("hold for agents that begin under them, and not for those at work already", async () => {
    await using shell = await gated({ script: [say("one")] });
    const permissions = await permissionsOf(shell);
    const open = (id: string): Promise<Session> => {
      return shell.kernel.open({
        id,
        provider: "test-script",
        agent: { id, type: "a", of: shell.session },
        headless: true,
      });
    };
    const isAllowed = async (session: Session): Promise<boolean> => {
      return (await session.use({ name: "Bash", input: { command: "git add x" } }, { ask: false })).ran;
    };
    const before = await open("before");
    expect(await isAllowed(before)).toBe(false);
    permissions.forTurn(shell.session, { allow: ["Bash(git add *)"], deny: ["WebSearch"] }, FILE);
    const under = await open("under");
    expect([await isAllowed(before), await isAllowed(under)]).toEqual([false, true]);
    expect((await before.use({ name: "WebSearch", input: { query: "x" } }, { ask: false })).refused?.rule).toBe(
      "WebSearch",
    );
    await shell.send("go");
    permissions.forTurn(shell.session, { allow: ["Bash(git add *)"] }, FILE);
    expect([await isAllowed(before), await isAllowed(under)]).toEqual([false, false]);
  });

  it("grant nothing for text that is no rule, and say so once with its file", async () => {
    await using shell = await gated();
    const permissions = await permissionsOf(shell);
    for (let time = 0; time < 2; time++) permissions.forTurn(shell.session, { allow: ["Bash(git add:*", "*"] }, FILE);
    expect(await verdict(shell, "Bash", { command: "git add x" })).toBe("ask");
    expect(notices(shell)).toEqual([
      `${FILE}: the allow rule Bash(git add:* does not count: it is not of the form Tool or Tool(specifier).`,
      `${FILE}: the allow rule * does not count: an allow rule can have a * in the tool's name only after mcp__<server>__.`,
    ]);
  });
});

describe("rules about skills and agents", () => {
  it.each<[string, string, JsonObject, string]>([
    ["Skill(review)", "Skill", { skill: "review" }, "deny"],
    ["Skill(review)", "Skill", { skill: "review", args: "now" }, "deny"],
    ["Skill(review)", "Skill", { skill: "reviews" }, "ask"],
    ["Skill(review *)", "Skill", { skill: "review", args: "now" }, "deny"],
    ["Skill(demo:*)", "Skill", { skill: "demo:review" }, "ask"],
    ["Skill(demo:review)", "Skill", { skill: "demo:review" }, "deny"],
    ["Skill", "Skill", { skill: "any" }, "deny"],
    ["Agent(demo:one, demo:two)", "Agent", { subagent_type: "demo:two" }, "deny"],
    ["Agent(demo:one)", "Agent", { subagent_type: "demo:two" }, "ask"],
    ["Task(reviewer)", "Agent", { subagent_type: "reviewer" }, "deny"],
  ])("%s against %s %j: %s", async (rule, tool, input, answer) => {
    await using shell = await gated({ settings: { "permissions.deny": [rule] } });
    expect(await verdict(shell, tool, input)).toBe(answer);
  });
});
