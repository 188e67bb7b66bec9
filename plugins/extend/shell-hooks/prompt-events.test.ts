import { describe, expect, it } from "vitest";
import type { Plugin } from "../../../core/types.js";
import { say } from "../../../test/boot.js";
import { command, json, kept, keeping, lastText, own, withHooks } from "./testing.js";

describe("UserPromptSubmit", () => {
  it("adds context to a prompt", async () => {
    const hooks = {
      UserPromptSubmit: [
        ...command(keeping("in")),
        ...command(json(own("UserPromptSubmit", { additionalContext: "Be brief." }))),
      ],
    };
    await using shell = await withHooks(hooks, { script: [say("ok")] });
    await shell.send("hello");
    const [input] = kept(shell, "in");
    expect(input).toMatchObject({ prompt: "hello" });
    expect(shell.events).toContainEqual(expect.objectContaining({ type: "prompt", id: input!["prompt_id"] }));
    expect(lastText(shell)).toContain("UserPromptSubmit hook: Be brief.");
  });

  it.each([
    ["exit code 2", "echo not today >&2; exit 2", "not today\n\nOriginal prompt: hello"],
    ["a decision", json({ decision: "block", reason: "no" }), "no\n\nOriginal prompt: hello"],
    ["a decision that hides the prompt", json({ decision: "block", reason: "no", suppressOriginalPrompt: true }), "no"],
  ])("refuses it by %s", async (_, text, message) => {
    await using shell = await withHooks({ UserPromptSubmit: command(text) });
    expect(await shell.send("hello")).toMatchObject({ reason: "prompt_blocked", message });
  });
});

describe("UserPromptExpansion", () => {
  const fires: Plugin = {
    name: "fires",
    async setup(ctx) {
      const { userPromptExpansion } = await import("../../../hooks/user-prompt-expansion.js");
      const { Bill } = await import("../../../hooks/bill.js");
      const { createWall } = await import("../../../hooks/wall.js");
      const point = ctx.point("UserPromptExpansion", () => userPromptExpansion(createWall(new Bill(), () => {})));
      ctx.tap("UserPromptSubmit", async (prompt, session) => {
        const expansion = { command: "x", args: "1", source: "project", prompt: "/x 1", context: [] };
        const { blocked, context } = await (await point()).promise(expansion, session);
        return { ...prompt, context, ...(blocked !== undefined && { blocked }) };
      });
    },
  };

  it("fires for a typed command, adds context and refuses", async () => {
    const hooks = {
      UserPromptExpansion: [...command(`${keeping("in")}; echo more`, {}, "x"), ...command("exit 2", {}, "y")],
    };
    await using shell = await withHooks(hooks, { plugins: [fires], script: [say("ok")] });
    await shell.send("/x 1");
    expect(kept(shell, "in")).toMatchObject([
      { command_name: "x", command_args: "1", command_source: "project", expansion_type: "slash_command" },
    ]);
    expect(lastText(shell)).toContain("UserPromptExpansion hook: more");
    await using refusing = await withHooks(
      { UserPromptExpansion: command("echo no >&2; exit 2") },
      { plugins: [fires] },
    );
    expect(await refusing.send("/x 1")).toMatchObject({ reason: "prompt_blocked", message: "no" });
  });
});

describe("InstructionsLoaded", () => {
  it("fires for a file that was read for the model", async () => {
    const fires: Plugin = {
      name: "fires",
      async setup(ctx) {
        const { instructionsLoaded } = await import("../../../hooks/instructions-loaded.js");
        const { Bill } = await import("../../../hooks/bill.js");
        const { createWall } = await import("../../../hooks/wall.js");
        const point = ctx.point("InstructionsLoaded", () => instructionsLoaded(createWall(new Bill(), () => {})));
        ctx.tap("UserPromptSubmit", async (_, session) => {
          await (await point()).promise({ file: "/a/AGENTS.md", level: "project", reason: "session_start" }, session);
        });
      },
    };
    const hooks = { InstructionsLoaded: command(keeping("in"), {}, "session_start") };
    await using shell = await withHooks(hooks, { plugins: [fires], script: [say("ok")] });
    await shell.send("go");
    expect(kept(shell, "in")).toMatchObject([
      { file_path: "/a/AGENTS.md", memory_type: "Project", load_reason: "session_start" },
    ]);
  });
});
