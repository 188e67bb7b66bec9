import { describe, expect, it } from "vitest";
import type { Plugin } from "../../../core/types.js";
import { call, say } from "../../../test/boot.js";
import type { Shell } from "../../../test/boot.js";
import { house, open, texts } from "./house.js";

function rewind({ session }: Shell, place: number): void {
  session.emit({ type: "rewind", at: 1, to: session.prompts[place]!.id });
}

describe("a conversation that is taken back", () => {
  it("goes on as if the prompt and what followed had not been said, with the request unchanged up to there", async () => {
    using place = house();
    const script = [call("Look", {}), say("one"), call("Do", {}), say("two"), say("three")];
    await using shell = await place.boot({ script });
    for (const prompt of ["first", "second"]) await shell.send(prompt);
    const before = JSON.stringify(shell.requests.find((request) => texts(request.messages).at(-1) === "second"));
    rewind(shell, 1);
    expect(shell.session.prompts.map(({ title }) => title)).toEqual(["first"]);
    await shell.send("second");
    expect(JSON.stringify(shell.requests.at(-1))).toBe(before);
    expect(shell.session.replies).toHaveLength(5);
  });

  it("is the same after it was taken up again, forked, or taken back twice", async () => {
    using place = house();
    const script = ["a", "b", "c", "d", "e"].map((text) => say(text));
    await using shell = await place.boot({ script });
    for (const prompt of ["1", "2", "3"]) await shell.send(prompt);
    rewind(shell, 2);
    await shell.send("4");
    rewind(shell, 1);
    await shell.send("5");
    expect(texts(shell.session.messages)).toEqual(["1", "a", "5", "e"]);
    const fork = await open(shell, { resume: shell.session.id, "fork-session": true });
    expect(texts(fork.messages)).toEqual(["1", "a", "5", "e"]);
    expect(fork.prompts.map(({ title }) => title)).toEqual(["1", "5"]);
    await shell.session.close();
    const again = await open(shell, { resume: shell.session.id });
    expect(texts(again.messages)).toEqual(["1", "a", "5", "e"]);
    expect(again.rewinds).toBe(2);
  });

  it("is on disk although nothing was said after it was taken up again", async () => {
    using place = house();
    await using shell = await place.boot({ script: [say("a"), say("b")] });
    for (const prompt of ["1", "2"]) await shell.send(prompt);
    await shell.session.close();
    const again = await open(shell, { resume: shell.session.id });
    again.emit({ type: "rewind", at: 1, to: again.prompts[1]!.id });
    await again.close();
    expect(texts((await open(shell, { resume: shell.session.id })).messages)).toEqual(["1", "a"]);
  });

  it("is left alone by a place that does not stand any more", async () => {
    using place = house();
    await using shell = await place.boot({ script: [say("a")] });
    await shell.send("1");
    shell.session.emit({ type: "rewind", at: 1, to: "nowhere" });
    expect(texts(shell.session.messages)).toEqual(["1", "a"]);
    expect(shell.session.rewinds).toBe(0);
  });
});

it("says again what was said at the start, once the conversation is back at or before where that stood", async () => {
  using place = house();
  const starting: Plugin = {
    name: "starting",
    setup: (ctx) => void ctx.tap("SessionStart", async (start) => ({ ...start, context: ["The start."] })),
  };
  const options = { plugins: ["transcript", starting], script: ["a", "b", "c", "d", "e"].map((text) => say(text)) };
  await using shell = await place.boot(options);
  const said = (): readonly string[] => texts(shell.requests.at(-1)!.messages);
  for (const prompt of ["1", "2"]) await shell.send(prompt);
  expect(said()).toEqual(["1The start.", "a", "2"]);
  rewind(shell, 1);
  await shell.send("3");
  expect(said()).toEqual(["1The start.", "a", "3"]);
  rewind(shell, 0);
  for (const prompt of ["4", "5"]) await shell.send(prompt);
  expect(said()).toEqual(["4The start.", "d", "5"]);
});
