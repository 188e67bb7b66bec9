import { describe, expect, it } from "vitest";
import type { Plugin } from "../../../core/types.js";
import { call, say } from "../../../test/boot.js";
import { house, tools } from "./house.js";

describe("a replay that differs", () => {
  const script = [call("Wait", { ms: 1, label: "x" }, "c1"), call("Wait", { ms: 1, label: "y" }, "c2"), say("done")];

  async function recorded(home: ReturnType<typeof house>): Promise<void> {
    await using shell = await home.record({ script });
    await shell.send("please look at the first file");
  }

  /** Changes what reaches the tools or the model. */
  function changing(change: (ctx: Parameters<NonNullable<Plugin["setup"]>>[0]) => void): Plugin {
    return { name: "changing", setup: change };
  }

  it.each<[string, { readonly prompt?: string; readonly change?: Plugin; readonly twice?: boolean }, string]>([
    [
      "in what was said",
      { prompt: "please look at the second file" },
      ':2 at request 1: messages[0].content[0].text is "please look at the second file", recorded was "please look at the first file"; undo the change',
    ],
    [
      "in the system prompt",
      { change: changing((ctx) => ctx.tap("PreModel", async (request) => ({ ...request, system: ["Be rude."] }))) },
      "at request 1: system[0] is ",
    ],
    [
      "in the tools",
      {
        change: changing((ctx) =>
          ctx.add("tool", {
            name: "More",
            description: "",
            inputSchema: {},
            effect: "read",
            run: async () => ({ content: "" }),
          }),
        ),
      },
      'at request 1: tools.More is {"description":"","inputSchema":{},"name":"More"}, recorded was nothing',
    ],
    [
      "in the input of a call",
      {
        change: changing((ctx) =>
          ctx.tap("PreToolUse", async (pending) => ({
            ...pending,
            call: { ...pending.call, input: { ms: 1, label: "z" } },
          })),
        ),
      },
      'at the call of Wait: input.label is "z", recorded was "x"',
    ],
    [
      "in a call that is refused now",
      {
        change: changing((ctx) =>
          ctx.tap("PreToolUse", async (pending) => ({
            ...pending,
            decision: { behavior: "deny" as const, reason: "no" },
          })),
        ),
      },
      'at request 2: messages[2].content[0].content is "no", recorded was "x 0.',
    ],
    ["by asking once more", { twice: true }, "asks the model once more than "],
  ])(
    "%s names the first difference and ends",
    async (_, { prompt = "please look at the first file", change, twice }, sentence) => {
      using home = house();
      await recorded(home);
      await using shell = await home.replay({ plugins: ["record", tools(), ...(change ? [change] : [])] });
      let end = await shell.send(prompt);
      if (twice) end = await shell.send("again");
      expect(end).toMatchObject({ reason: "model_error", error: { kind: "diverged" } });
      expect(end.message).toContain(home.file);
      expect(end.message).toContain(sentence);
    },
  );
});
