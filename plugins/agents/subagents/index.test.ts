import { describe, expect, it } from "vitest";
import { boot, call, say, type BootOptions, type Shell } from "../../../test/boot.js";
import { textOf } from "../../../schemas/message.js";

/** A session with the tool and files to read. */
export function team(options: Partial<BootOptions> = {}): Promise<Shell> {
  const plugins = ["subagents", "read", "write", "permissions", ...(options.plugins ?? [])];
  return boot({ script: [], files: { "a.txt": "hello\n" }, ...options, plugins });
}

const task = (type: string, more: object = {}): object => ({ subagent_type: type, prompt: "Look at a.txt.", ...more });

describe("the tool Agent", () => {
  it("lets an agent work in a session of its own and hands back its last words alone", async () => {
    await using shell = await team({
      script: [call("Agent", task("Explore")), say("done")],
      agents: { Explore: [call("Read", { file_path: "a.txt" }), say("It says hello.")] },
    });
    expect((await shell.send("go")).reason).toBe("completed");
    const result = shell.results().find(({ name }) => name === "Agent")!;
    expect(result).toMatchObject({ content: "It says hello.", isError: false });
    expect(result.details).toMatchObject({ status: "completed", agentType: "Explore", totalToolUseCount: 1 });
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
      script: [call("Agent", task("Explore")), say("done")],
      agents: { Explore: [say("ok")] },
    });
    await shell.send("a secret wish");
    const request = shell.requests.find(({ system }) => system[0]?.startsWith("You find things"))!;
    expect(JSON.stringify(request)).not.toContain("a secret wish");
    expect(request.system[1]).toContain(`Working folder: ${shell.dir}`);
    expect(request.messages.map(({ content }) => textOf(content))).toEqual(["Look at a.txt."]);
    expect(request.tools.map(({ name }) => name)).toEqual(["Read"]);
  });

  it("runs the calls of one reply at the same time", async () => {
    let most = 0;
    let now = 0;
    const slow = {
      name: "slow",
      setup: (ctx: Parameters<NonNullable<import("../../../core/types.js").Plugin["setup"]>>[0]) =>
        ctx.add("tool", {
          name: "Slow",
          description: "",
          inputSchema: { type: "object" },
          effect: "read",
          async run() {
            most = Math.max(most, ++now);
            await new Promise((resolve) => void setTimeout(resolve, 20));
            now--;
            return { content: "slow" };
          },
        }),
    };
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
});
