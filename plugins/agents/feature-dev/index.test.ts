import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { textOf } from "../../../schemas/message.js";
import { boot, call, say, type BootOptions, type Shell, type Step } from "../../../test/boot.js";

const plugins = ["feature-dev", "subagents", "commands", "read", "write", "permissions"];

function begin(options: Partial<BootOptions> = {}): Promise<Shell> {
  return boot({ plugins, script: [], settings: { "permissions.defaultMode": "acceptEdits" }, ...options });
}

const explore = call("Agent", { subagent_type: "code-explorer", prompt: "Trace it." });
const design = call("Agent", { subagent_type: "code-architect", prompt: "Design it." });
const write = call("Write", { file_path: "new.txt", content: "new\n" });

function findings(list: readonly object[]): Step {
  return say(`Reviewed.\n\`\`\`findings\n${JSON.stringify(list)}\n\`\`\``);
}

const AGENTS = {
  "code-explorer": [say("It begins in a.ts:1.")],
  "code-architect": [say("One module.")],
  "code-reviewer": [
    findings([
      { file: "new.txt", lines: "1-3", kind: "bug", confidence: 90, title: "Wrong" },
      { file: "new.txt", lines: "9", kind: "quality", confidence: 40, title: "Odd" },
    ]),
  ],
};

const SCRIPT = [
  say("Phase 1: a wish."),
  [explore, explore],
  say("Learned."),
  say("Which colour?"),
  [design, design],
  say("A or B?"),
  say("Steps 1, 2. May I?"),
  say("Steps 1, 2, 3. May I?"),
  write,
  say("Built."),
  say("One bug. Fix now?"),
  say("Fixed."),
  say("All in all."),
];

const phases = (shell: Shell): string[] =>
  shell.events.flatMap((event) => (event.type === "notice" && event.plugin === "feature-dev" ? [event.text] : []));
const last = (shell: Shell): string => textOf(shell.requests.at(-1)!.messages.at(-1)!.content);
const kept = (shell: Shell): string[] => {
  const dir = join(shell.home, "feature-dev");
  return existsSync(dir) ? readdirSync(dir) : [];
};

describe("/feature-dev", () => {
  it("goes through its seven phases, each announced, and waits for the user where it asks", async () => {
    await using shell = await begin({ script: SCRIPT, agents: AGENTS });
    await shell.send("/feature-dev a button");
    expect(phases(shell)).toEqual([
      "Phase 1 of 7: Discovery",
      "Phase 2 of 7: Codebase exploration",
      "Phase 3 of 7: Clarifying questions",
    ]);
    expect(textOf(shell.session.messages.at(-1)!.content)).toBe("Which colour?");

    await shell.send("Blue.");
    expect(phases(shell).slice(3)).toEqual(["Phase 4 of 7: Architecture design"]);
    expect(textOf(shell.session.messages.at(-1)!.content)).toBe("A or B?");

    await shell.send("A");
    expect(phases(shell).slice(4)).toEqual(["Phase 5 of 7: Implementation"]);
    await shell.send("Yes, but test it as well");
    expect(textOf(shell.session.messages.at(-1)!.content)).toBe("Steps 1, 2, 3. May I?");
    expect(existsSync(join(shell.dir, "new.txt"))).toBe(false);

    await shell.send("Yes, go ahead.");
    expect(readFileSync(join(shell.dir, "new.txt"), "utf8")).toBe("new\n");
    expect(phases(shell).slice(5)).toEqual(["Phase 5 of 7: Implementation", "Phase 6 of 7: Quality review"]);
    expect(textOf(shell.session.messages.at(-1)!.content)).toBe("One bug. Fix now?");

    await shell.send("Fix it now");
    expect(phases(shell).slice(7)).toEqual(["Phase 6 of 7: Quality review", "Phase 7 of 7: Summary"]);
    expect(textOf(shell.session.messages.at(-1)!.content)).toBe("All in all.");
    expect(kept(shell)).toEqual([]);
  });

  it("lets three agents review at the same time, merges what they found and hides what is not sure", async () => {
    await using shell = await begin({ script: SCRIPT, agents: AGENTS });
    for (const text of ["/feature-dev a button", "Blue.", "A", "ok", "ok"]) await shell.send(text);
    const review = shell.requests
      .map(({ messages }) => textOf(messages.at(-1)!.content))
      .find((text) => text.includes("<findings>"))!;
    expect(review).toContain("- [90] bug new.txt:1-3: Wrong (simplicity, correctness, conventions)");
    expect(review).toContain("1 with a confidence below 80 is not shown.");
    expect(shell.requests.filter(({ system }) => system[0]?.startsWith("You review changed code"))).toHaveLength(3);
  });

  it.each([["before the approval", ["/feature-dev x", "Blue.", "A"], [...SCRIPT.slice(0, 6), write, say("May I?")]]])(
    "changes no file %s, whatever the permission mode",
    async (_, said, script) => {
      await using shell = await begin({ script, agents: AGENTS });
      for (const text of said) await shell.send(text);
      const refused = shell.results().find(({ name }) => name === "Write")!;
      expect(refused.content).toBe(
        "Phase 5 of 7: Implementation: no file is changed before the user has approved the implementation.",
      );
      expect(existsSync(join(shell.dir, "new.txt"))).toBe(false);
    },
  );

  it("goes on in its phase, in another conversation and after the process has ended, with all that was said", async () => {
    await using first = await begin({ script: SCRIPT, agents: AGENTS });
    await first.send("/feature-dev a button");
    await first.send("Blue.");
    expect(kept(first)).toHaveLength(1);

    await using second = await begin({ script: [say("May I?")], agents: AGENTS, dir: first.dir, home: first.home });
    const end = await second.send("/feature-dev");
    expect(end.message).toBe(
      "Phase 4 of 7: Architecture design waits for your answer.\n\nA or B?\n\nYour next message is the answer.",
    );
    await second.send("B");
    expect(last(second)).toContain("This feature was begun in another conversation: a button");
    expect(last(second)).toContain('<phase number="2" title="Codebase exploration">\nLearned.\n</phase>');
    expect(last(second)).toContain('<answer phase="3">\nBlue.\n</answer>');
    expect(last(second)).toContain("Phase 5 of 7: Implementation.");
  });

  it("begins a phase again that was interrupted, and can be answered in one line", async () => {
    await using first = await begin({ script: [say("A wish."), say("Learned.")], agents: AGENTS });
    expect((await first.send("/feature-dev a button")).reason).toBe("model_error");

    const script = [say("Which colour?"), say("A or B?")];
    await using second = await begin({ script, agents: AGENTS, dir: first.dir, home: first.home });
    await second.send("/feature-dev");
    expect(textOf(second.requests[0]!.messages[0]!.content)).toContain("Phase 3 of 7: Clarifying questions.");
    await second.send("/feature-dev answer: Blue.");
    expect(last(second)).toMatch(/^\/feature-dev answer: Blue\.Phase 4 of 7/);
  });

  it("takes no command for an answer", async () => {
    await using shell = await begin({ script: SCRIPT, agents: AGENTS });
    await shell.send("/feature-dev a button");
    const { message } = await shell.send("/feature-dev list");
    expect(message).toMatch(/^\S+ {2}Phase 3 of 7: Clarifying questions \(waiting\) {2}a button$/);
    expect((await shell.send("/feature-dev stop")).message).toMatch(/^Stopped in Phase 3 of 7/);
    expect((await shell.send("/feature-dev list")).message).toBe("No feature is under way in this folder.");
    expect((await shell.send("/feature-dev")).message).toMatch(/^No feature is under way/);
  });

  it("leaves out runs that are damaged on disk", async () => {
    await using shell = await begin({ script: SCRIPT, agents: AGENTS });
    await shell.send("/feature-dev a button");
    const [file] = kept(shell);
    writeFileSync(join(shell.home, "feature-dev", file!), '{"id": 3');
    expect((await shell.send("/feature-dev list")).message).toBe("No feature is under way in this folder.");
  });
});
