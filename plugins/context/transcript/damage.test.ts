import { readFileSync, writeFileSync } from "node:fs";
import fc from "../../../test/check.js";
import { describe, expect, it } from "vitest";
import type { TurnEvent } from "../../../schemas/event.js";
import type { Message } from "../../../schemas/message.js";
import { call, say } from "../../../test/boot.js";
import { house, open, pathOf } from "./house.js";

const GARBAGE = '{"type":"result","id":7';

interface Story {
  readonly path: string;
  readonly id: string;
  readonly lines: readonly string[];
  resumed(lines: readonly string[]): Promise<{ readonly messages: readonly Message[]; readonly notices: string[] }>;
}

/** A session with single calls, parallel ones and texts, written down; and what a request holds after some damage to it. */
async function story(home: ReturnType<typeof house>): Promise<Story> {
  const script = [
    [say("I look."), call("Look", { n: 1 }, "c1")],
    [call("Do", { n: 2 }, "c2"), call("Look", { n: 3 }, "c3")],
    say("done"),
    [call("Do", { n: 4 }, "c4")],
    say("done again"),
  ];
  let [path, id] = ["", ""];
  {
    await using shell = await home.boot({ script });
    await shell.send("one");
    await shell.send("two");
    path = pathOf(shell);
    id = shell.session.id;
  }
  const lines = readFileSync(path, "utf8").trimEnd().split("\n");
  const resumed = async (left: readonly string[]): ReturnType<Story["resumed"]> => {
    writeFileSync(path, `${left.join("\n")}\n`);
    await using shell = await home.boot({ script: [say("on")] });
    const session = await open(shell, { resume: id });
    expect((await session.send("go on")).reason).toBe("completed");
    const notices = shell.events.flatMap((event) => (event.type === "notice" ? [event.text] : []));
    return { messages: shell.requests[0]!.messages, notices };
  };
  return { path, id, lines, resumed };
}

/** Every call has its one result in the message right after it, no result stands alone, and the user speaks first. */
function expectValid(messages: readonly Message[]): void {
  expect(messages[0]?.role).toBe("user");
  for (const [place, { role, content }] of [{ role: "", content: [] }, ...messages].entries()) {
    const after = messages[place]?.content ?? [];
    const calls = content.flatMap((block) => (block.type === "tool_use" ? [block.id] : []));
    const results = after.flatMap((block) => (block.type === "tool_result" ? [block.tool_use_id] : []));
    expect(results, `after ${role} ${place}`).toEqual(calls);
  }
}

/** What the model reads of a call, where it reads anything of it. */
function told(messages: readonly Message[], id: string): string | undefined {
  const blocks = messages.flatMap(({ content }) => content);
  const found = blocks.find((block) => block.type === "tool_result" && block.tool_use_id === id);
  return found?.type === "tool_result" ? String(found.content) : undefined;
}

const MAY = "Interrupted before it finished. It may have had an effect: check before doing it again.";

describe("A transcript with damage", () => {
  it("gives a valid request whichever line is broken or gone, and never says that nothing was done of what ran", async () => {
    using home = house();
    const { lines, resumed } = await story(home);
    for (const [place, line] of lines.entries()) {
      for (const damaged of [[GARBAGE], ["\0\0\0"], []]) {
        const { messages } = await resumed(lines.toSpliced(place, 1, ...damaged));
        expectValid(messages);
        for (const id of ["c1", "c2", "c3", "c4"]) {
          expect([undefined, MAY, "Look done", "Do done"], `${line.slice(0, 60)}: ${id}`).toContain(told(messages, id));
        }
      }
    }
  });

  it("does so wherever several lines are broken together", async () => {
    using home = house();
    const { lines, resumed } = await story(home);
    const places = fc.uniqueArray(fc.nat(lines.length - 1), { minLength: 2, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(places, async (broken) => {
        const { messages } = await resumed(lines.map((line, place) => (broken.includes(place) ? GARBAGE : line)));
        expectValid(messages);
        for (const id of ["c1", "c2", "c3", "c4"]) {
          expect([undefined, MAY, "Look done", "Do done"]).toContain(told(messages, id));
        }
      }),
      { numRuns: 60 },
    );
  });

  const at = (lines: readonly string[], fits: (event: TurnEvent) => boolean): number =>
    lines.findIndex((line) => fits(JSON.parse(line) as TurnEvent));

  it("loses calls and results together with the answer that asked for them, and counts them", async () => {
    using home = house();
    const { lines, resumed } = await story(home);
    const reply = at(lines, (event) => event.type === "reply" && JSON.stringify(event.message).includes("c2"));
    const { messages, notices } = await resumed(lines.with(reply, GARBAGE));
    expect([told(messages, "c1"), told(messages, "c2"), told(messages, "c3")]).toEqual([
      "Look done",
      undefined,
      undefined,
    ]);
    expect(notices).toEqual([
      expect.stringMatching(/^1 damaged line was skipped in .*; what stood there is missing from this conversation\.$/),
      expect.stringMatching(
        /^2 calls were left out with the results, because the answer that asked for them is not in /,
      ),
    ]);
  });

  it("says of a call whose result is lost that it may have had an effect, also where its beginning is lost as well", async () => {
    using home = house();
    const { lines, resumed } = await story(home);
    const begun = at(lines, (event) => event.type === "call" && event.id === "c2");
    const result = at(lines, (event) => event.type === "result" && event.id === "c2");
    expect(told((await resumed(lines.with(result, GARBAGE))).messages, "c2")).toBe(MAY);
    expect(told((await resumed(lines.with(begun, GARBAGE).with(result, GARBAGE))).messages, "c2")).toBe(MAY);
  });

  it("says of a call that never began that nothing was done", async () => {
    using home = house();
    const { lines, resumed } = await story(home);
    const begun = at(lines, (event) => event.type === "call" && event.id === "c4");
    const { messages } = await resumed(lines.slice(0, begun));
    expect(told(messages, "c4")).toBe("Interrupted before it ran. Nothing was done.");
  });

  it("sends the same beginning each time it is taken up", async () => {
    using home = house();
    const { lines, resumed, path } = await story(home);
    const reply = at(lines, (event) => event.type === "reply");
    const prompt = at(lines, (event) => event.type === "prompt");
    const first = await resumed(lines.with(reply, GARBAGE).with(prompt, GARBAGE));
    const again = await resumed(readFileSync(path, "utf8").trimEnd().split("\n"));
    expect(again.messages.slice(0, first.messages.length)).toEqual(first.messages);
  });
});
