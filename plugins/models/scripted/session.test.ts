import { expect, it } from "vitest";
import { boot, type Shell } from "../../../test/boot.js";
import type { Plugin } from "../../../core/types.js";
import type { TurnEvent } from "../../../schemas/event.js";

const echo: Plugin = {
  name: "echo",
  setup(ctx) {
    ctx.add("tool", {
      name: "Echo",
      description: "Says it again",
      inputSchema: { type: "object", properties: { text: { type: "string" } } },
      effect: "read",
      run: async (input) => ({ content: `echo ${String(input["text"])}` }),
    });
  },
};

const SCRIPT = `
- call: { name: Echo, input: { text: "{{prompt}}" } }
- expect: { result: echo one, tools: [Echo] }
  text: first answer
- expect: { prompt: two }
  text: second answer
`;

const shell = (past: readonly TurnEvent[] = []): Promise<Shell> =>
  boot({
    plugins: ["scripted", echo],
    script: [],
    files: { "s.yaml": SCRIPT },
    settings: { "scripted.file": "s.yaml" },
    session: { provider: "stub", past, source: past.length > 0 ? "resume" : "startup" },
  });

const said = ({ events }: Shell): unknown[] =>
  events.flatMap((event) => (event.type === "chunk" && event.chunk.type === "text" ? [event.chunk.text] : []));

it("plays a conversation with real tools, and a resumed session in another kernel goes on with the next turn", async () => {
  await using first = await shell();
  expect((await first.send("one")).reason).toBe("completed");
  expect([first.result(0).content, said(first)]).toEqual(["echo one", ["first answer"]]);
  expect(first.session.provider).toBe("scripted");

  await using second = await shell(first.events);
  expect((await second.send("two")).reason).toBe("completed");
  expect(said(second)).toEqual(["second answer"]);
  const end = await second.send("three");
  expect(end).toMatchObject({ reason: "model_error", error: { kind: "config" } });
  expect(end.message).toBe("script s.yaml ended after 3 turns, but the conversation goes on");
});

it("ends a turn with the place of the difference when the conversation is not what the script expects", async () => {
  await using other = await shell();
  expect(await other.send("zero")).toMatchObject({ reason: "model_error", error: { kind: "diverged" } });
  expect(other.events.at(-1)).toMatchObject({
    message:
      'turn 2 of the script (s.yaml:3) diverged: expected the tool results to hold "echo one", found "echo zero"',
  });
});
