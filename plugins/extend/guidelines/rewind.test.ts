import { describe, expect, it } from "vitest";
import type { Plugin } from "../../../core/types.js";
import { textOf, type Block } from "../../../schemas/message.js";
import { call, say, type Shell } from "../../../test/boot.js";
import { filesIn, start, TRUST } from "./testing.js";

const SCRIPT = [
  call("Read", { file_path: "web/a.ts" }),
  say("one"),
  call("Read", { file_path: "web/a.ts" }),
  say("two"),
  call("Read", { file_path: "web/a.ts" }),
  say("three"),
];

const FILES = {
  "AGENTS.md": "Rules of the project.",
  "web/AGENTS.md": "Rules of the web.",
  "web/a.ts": "1",
  ".nacre/rules/ts.md": "---\npaths: '**/*.ts'\n---\nRules of TypeScript.",
};

/** Goes back to before a prompt, counted from the first. */
function goBack({ session }: Shell, place: number): void {
  session.emit({ type: "rewind", at: 0, to: session.prompts[place]!.id });
}

/** What the model reads of guidelines in its last request, in order. */
function read(shell: Shell): readonly string[] {
  return filesIn(
    shell.requests
      .at(-1)!
      .messages.map(({ content }) => textOf(content))
      .join("\n"),
    shell,
  );
}

describe("guidelines of a conversation that was taken back", () => {
  it.each([
    ["to its beginning", 0],
    ["to a later prompt", 1],
  ])("are told again as far as they are gone: %s", async (_where, place) => {
    await using shell = await start({ files: FILES, settings: TRUST, script: SCRIPT });
    await shell.send("first");
    const all = read(shell);
    expect(all).toHaveLength(3);
    expect(all[0]).toBe("AGENTS.md");
    await shell.send("second");
    expect(read(shell)).toEqual(all);
    goBack(shell, place);
    await shell.send("third");
    expect(read(shell)).toEqual(all);
    const text = JSON.stringify(shell.requests.at(-1)!.messages);
    expect(text.split("The guidelines below come from the user")).toHaveLength(2);
  });

  it("are told with the next prompt when the first one was refused", async () => {
    const refuse: Plugin = {
      name: "refuse",
      setup(ctx) {
        const isNo = (content: readonly Block[]): boolean => textOf(content) === "no";
        ctx.tap(
          "UserPromptSubmit",
          async (prompt) => (isNo(prompt.content) ? { ...prompt, blocked: "no" } : undefined),
          { stage: 100 },
        );
      },
    };
    await using shell = await start({
      plugins: ["guidelines", "read", "trust", refuse],
      files: FILES,
      settings: TRUST,
      script: [say("ok")],
    });
    await shell.send("no");
    await shell.send("yes");
    expect(read(shell)).toEqual(["AGENTS.md"]);
  });
});
