import { describe, expect, it } from "vitest";
import type { SessionInit } from "../../../schemas/session.js";
import { textOf } from "../../../schemas/message.js";
import { call, say, type BootOptions, type Shell } from "../../../test/boot.js";
import { given, reports, task, team } from "./testing.js";

/** The conversation of a shell whose main agent is `one`. */
async function as(fields: object, options: Partial<BootOptions> = {}): Promise<Shell & { readonly init: SessionInit }> {
  const shell = await team({ ...options, settings: { ...given({ one: fields, two: {} }), ...options.settings } });
  const init = await (await shell.kernel.service("agents"))!.main("one");
  const session = await shell.kernel.open({ provider: "test-script", ...init });
  return { ...shell, session, init, send: (prompt, more) => session.send(prompt, more) };
}

describe("the main conversation as an agent", () => {
  it("has its prompt in the place of the usual one, with the surroundings and what is added to every prompt", async () => {
    await using shell = await as({}, { plugins: ["instructions"], settings: { "instructions.append": "Be kind." } });
    expect(shell.init.system![0]).toBe("You are one.");
    expect(shell.init.system![1]).toContain(`Working folder: ${shell.dir}`);
    expect(shell.init.system![1]).toContain("Be kind.");
  });

  it("has its tools, its mode, its first words and the skills' bodies", async () => {
    const fields = { tools: ["Read", "Agent"], permissionMode: "plan", initialPrompt: "Begin. ", maxTurns: 1 };
    await using shell = await as(fields, { script: [say("ok"), say("ok")] });
    await shell.send("go");
    expect(shell.requests[0]!.tools.map(({ name }) => name).toSorted()).toEqual(["Agent", "Read"]);
    expect(textOf(shell.requests[0]!.messages[0]!.content)).toMatch(/^Begin\.go/);
    expect((await shell.kernel.service("permissions"))!.mode(shell.session)).toBe("plan");
    await shell.send("more");
    expect(textOf(shell.requests[1]!.messages.at(-1)!.content)).toBe("more");
  });

  it("starts only the agents that its list of tools names", async () => {
    const tools = "Read, Agent(two, Explore)";
    await using shell = await as(
      { tools },
      { script: [call("Agent", task("two")), call("Agent", task("Plan")), say("ok")], agents: { two: [say("me")] } },
    );
    await shell.send("go");
    expect(reports(shell)[0]!.content).toBe("me");
    expect(reports(shell)[1]!.content).toBe("The main agent's list of tools does not let it start the agent Plan.");
  });

  it("has the model its file names, unless the command line or a setting names one", async () => {
    await using one = await as({ model: "claude-x-1" });
    expect(one.init.model).toBe("claude-x-1");
    await using other = await as({ model: "claude-x-1" }, { settings: { "api.model": "mine" } });
    expect(other.init.model).toBeUndefined();
  });

  it("is refused by name when there is no such agent", async () => {
    await using shell = await team();
    const agents = (await shell.kernel.service("agents"))!;
    await expect(agents.main("gone")).rejects.toThrow(
      'There is no agent "gone"; there are: general-purpose, Explore, Plan.',
    );
  });
});
