import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { textOf } from "../../schemas/message.js";
import { boot, call, say, type BootOptions, type Shell } from "../boot.js";

const FINDER = `---
name: finder
description: Finds things: use it often
tools: Read, Bash
skills: [places]
hooks:
  PreToolUse:
    - matcher: Bash
      hooks:
        - type: command
          command: echo not by finders >&2; exit 2
  Stop:
    - hooks:
        - type: command
          command: cat >> "$CLAUDE_PROJECT_DIR/ended.jsonl"
---
You find things.
`;

const FILES = {
  "a.txt": "hello\n",
  ".claude/agents/deep/finder.md": FINDER,
  ".claude/agents/README.md": "Agents of this project.\n",
  ".claude/skills/places/SKILL.md": "---\nname: places\ndescription: Where things are.\n---\nLook in a.txt first.\n",
};

const plugins = ["agents", "subagents", "skills", "shell-hooks", "permissions", "read", "bash", "transcript", "usage"];
const ask = call("Agent", { subagent_type: "finder", prompt: "Find it." });

function project(options: Partial<BootOptions>): Promise<Shell> {
  return boot({ plugins, discover: true, files: FILES, script: [ask, say("done")], ...options });
}

describe("an agent of a project", () => {
  it("is found in its folder, told to the model, and works with its own tools, skills and hooks", async () => {
    const turns = [[call("Bash", { command: "ls" }), call("Read", { file_path: "a.txt" })], say("It says hello.")];
    await using shell = await project({ agents: { finder: turns } });
    expect((await shell.send("where?")).reason).toBe("completed");
    const [main, first] = shell.requests;
    expect(textOf(main!.messages[0]!.content)).toContain("- finder: Finds things: use it often");
    expect(textOf(main!.messages[0]!.content)).not.toContain("README");
    expect(first!.system[0]).toBe("You find things.");
    expect(textOf(first!.messages[0]!.content)).toContain("Look in a.txt first.");
    const results = shell.results().map(({ name, isError, content }) => [name, isError || textOf(content)]);
    expect(results).toEqual([
      ["Bash", true],
      ["Read", expect.stringContaining("hello")],
      ["Agent", "It says hello."],
    ]);
    const ended = readFileSync(join(shell.dir, "ended.jsonl"), "utf8").trim().split("\n");
    expect(ended).toHaveLength(1);
    expect(JSON.parse(ended[0]!)).toMatchObject({
      hook_event_name: "SubagentStop",
      agent_type: "finder",
      last_assistant_message: "It says hello.",
    });
  });

  it("counts as it now stands when its file is edited, and a new one is there from the next prompt on", async () => {
    const script = [say("ok"), ask, say("done")];
    await using shell = await project({ script, agents: { finder: [say("found")] } });
    await shell.send("go");
    const folder = join(shell.dir, ".claude/agents");
    writeFileSync(join(folder, "deep/finder.md"), "---\nname: finder\ndescription: New words.\n---\nYou are new.\n");
    writeFileSync(join(folder, "other.md"), "---\nname: other\ndescription: Helps.\n---\nYou help.\n");
    await shell.send("again");
    expect(textOf(shell.requests[1]!.messages.at(-1)!.content)).toContain("\n- finder: New words.");
    expect(shell.requests[2]!.system[0]).toBe("You are new.");
  });

  it("is seen by the hooks of settings, which can keep it going", async () => {
    const hooks = {
      SubagentStart: [{ matcher: "finder", hooks: [{ type: "command", command: "echo Be thorough." }] }],
      SubagentStop: [
        { hooks: [{ type: "command", command: "grep -q '\"stop_hook_active\":true' || { echo more >&2; exit 2; }" }] },
      ],
    };
    await using shell = await project({ settings: { hooks }, agents: { finder: [say("So far."), say("All of it.")] } });
    await shell.send("where?");
    expect(shell.results().at(-1)!.content).toBe("All of it.");
    const last = shell.requests.findLast(({ system }) => system[0] === "You find things.")!;
    expect(textOf(last.messages.at(-1)!.content)).toContain("more");
  });
});
