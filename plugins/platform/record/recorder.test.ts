import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Plugin } from "../../../core/types.js";
import { call, say } from "../../../test/boot.js";
import { house, tools } from "./house.js";

describe("a recording", () => {
  const key = `sk-ant-${"a1B2".repeat(8)}`;

  it("holds no secret, whole or in pieces, and still plays", async () => {
    using home = house();
    const env = { GITHUB_TOKEN: "my-very-own-token", HOME: home.base };
    const pieces: Plugin = {
      name: "pieces",
      setup(ctx) {
        ctx.add("provider", {
          name: "pieces",
          defaultModel: "m",
          async *stream() {
            yield { type: "start", id: "1", model: "m" };
            yield { type: "block", index: 0, block: { type: "text", text: "" } };
            for (const text of ["the key is\n", key.slice(0, 12), key.slice(12)])
              yield { type: "text", index: 0, text };
            yield { type: "block_end", index: 0 };
            yield { type: "stop", stopReason: "end_turn", usage: { input: 1, output: 1, cacheRead: 0, cacheWrite: 0 } };
          },
        });
      },
    };
    const plugins = ["record", tools(), pieces];
    const session = { provider: "pieces" };
    const first = await home.record({ plugins, env, session });
    for (const prompt of ["my-very-own-token", "again"]) await first.send(prompt);
    await first[Symbol.asyncDispose]();
    const text = readFileSync(home.file, "utf8");
    for (const secret of ["my-very-own-token", key.slice(0, 12), key.slice(12)]) expect(text).not.toContain(secret);

    await using second = await home.replay({ plugins, env, session });
    for (const prompt of ["my-very-own-token", "again"]) expect((await second.send(prompt)).reason).toBe("completed");
  });

  it("grows with what is new, not with the whole conversation at each request", async () => {
    using home = house();
    const long = "x".repeat(1000);
    const turns = 30;
    const first = await home.record({
      script: [...Array.from({ length: turns }, () => call("Wait", { ms: 0, label: long })), say("done")],
    });
    await first.send("go");
    await first[Symbol.asyncDispose]();
    const { length } = readFileSync(home.file);
    expect(length).toBeLessThan(turns * 10 * long.length);
  });

  it("that was cut off by a kill plays as far as it goes", async () => {
    using home = house();
    const first = await home.record({ script: [call("Wait", { ms: 1, label: "x" }), say("done")] });
    await first.send("go");
    await first[Symbol.asyncDispose]();
    const lines = readFileSync(home.file, "utf8").split("\n");
    const cut = lines.findIndex((line) => line.startsWith('{"type":"output"'));
    writeFileSync(home.file, `${lines.slice(0, cut).join("\n")}\n${lines[cut]?.slice(0, 30)}`);
    await using second = await home.replay();
    const end = await second.send("go");
    expect(second.result(0).content).toBe("The recorded run ended while this call ran.");
    expect(end.error?.kind).toBe("diverged");
  });

  it("replaces an earlier recording and no other file", async () => {
    using home = house();
    for (const answer of ["old", "new"]) {
      await using shell = await home.record({ script: [say(answer)] });
      await shell.send("go");
    }
    expect(readFileSync(home.file, "utf8")).toContain('"new"');
    writeFileSync(home.file, "my diary");
    await using shell = await home.record({ script: [say("x")] });
    const end = await shell.send("go");
    expect(end.error).toMatchObject({
      kind: "config",
      message: `${home.file} is there and is no recording; name another file for --record.`,
    });
    expect(shell.requests).toEqual([]);
    expect(readFileSync(home.file, "utf8")).toBe("my diary");
  });

  it.each(["record", "replay"] as const)("of a pipe that nobody else uses does not wait (%s)", async (what) => {
    using home = house();
    execFileSync("mkfifo", [home.file]);
    await using shell = await home[what]({ script: [say("never")] });
    const { error } = await shell.send("go");
    expect(error).toMatchObject({ kind: "config", message: expect.stringContaining(home.file) as string });
  });

  it.each<[string, Record<string, unknown>, string | undefined, string]>([
    ["is not there", {}, undefined, "does not exist."],
    ["is empty", {}, "", "is empty, so there is nothing to replay."],
    ["is something else", {}, '{"a":1}\n', "is no recording of nacre"],
    ["is of another version", {}, '{"type":"recording","version":99}\n', "has format 99, this nacre plays 1"],
    ["has a broken line", {}, '{"type":"recording","version":1,"cwd":"/","home":"/"}\ngarbage\n{}\n', ":2 is damaged"],
    [
      "is to be written and played at once",
      { "record.file": "x" },
      undefined,
      "--record and --replay exclude each other",
    ],
    [
      "cannot be written",
      { "record.replay": undefined, "record.file": "/nowhere/x" },
      undefined,
      "cannot be written (ENOENT)",
    ],
  ])("that %s ends the run before the model is asked", async (_, settings, content, sentence) => {
    using home = house();
    if (content !== undefined) writeFileSync(home.file, content);
    await using shell = await home.replay({ script: [say("never")], settings });
    const end = await shell.send("go");
    expect(end.error).toMatchObject({ kind: "config", message: expect.stringContaining(sentence) as string });
    expect(shell.requests).toEqual([]);
  });
});
