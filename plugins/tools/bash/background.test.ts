import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { boot, call, say } from "../../../test/boot.js";
import { isAlive, pidsIn, until } from "./testing.js";

describe("A command in the background", () => {
  it("answers at once, writes to its file, and the model hears of its end with the next result", async () => {
    await using shell = await boot({
      plugins: ["bash"],
      script: [
        call("Bash", {
          command: "echo begun; sleep 0.3; echo finished; exit 7",
          description: "the long one",
          run_in_background: true,
        }),
        call("Bash", { command: "sleep 0.8" }),
        say("done"),
      ],
    });
    await shell.send("go");
    const [, id, path = ""] =
      /task (\w+), process group \d+\. Output goes to (\S+)\.$/.exec(String(shell.result(0).content)) ?? [];
    expect(shell.result(0).details).toMatchObject({ backgroundTaskId: id, outputFile: path });
    expect(readFileSync(path, "utf8")).toBe("begun\nfinished\n");
    const sentence = `Background task ${id} (the long one) ended with exit code 7 after 0 s. Its output is in ${path}.`;
    expect(shell.result(1).context).toEqual([sentence]);
    expect(shell.events).toContainEqual(expect.objectContaining({ type: "notice", text: sentence, plugin: "bash" }));
  });

  it("is told of with the next prompt when the model had nothing more to call", async () => {
    await using shell = await boot({
      plugins: ["bash"],
      script: [call("Bash", { command: "sleep 0.1", run_in_background: true }), say("waiting"), say("done")],
    });
    await shell.send("go");
    await until(() => shell.events.some((event) => event.type === "notice"));
    await shell.send("well?");
    expect(JSON.stringify(shell.requests.at(-1)!.messages.at(-1))).toMatch(
      /well\?.*Background task \w+ \(sleep 0\.1\) ended/,
    );
  });

  it("can be ended by its group, and ends with its session", async () => {
    await using shell = await boot({
      plugins: ["bash"],
      script: [
        call("Bash", { command: "echo $$ > one; sleep 60", run_in_background: true }),
        call("Bash", { command: "echo $$ > two; sleep 60", run_in_background: true }),
        call("Bash", { command: "until [ -s one ] && [ -s two ]; do sleep 0.02; done; kill -- -$(cat one)" }),
        call("Bash", { command: "sleep 0.3" }),
        say("done"),
      ],
    });
    await shell.send("go");
    expect(
      shell
        .results()
        .flatMap((result) => result.context ?? [])
        .join(),
    ).toMatch(/was ended by SIGTERM/);
    const [second] = pidsIn(join(shell.dir, "two"));
    expect(isAlive(second!)).toBe(true);
    await shell.session.close();
    await until(() => !isAlive(second!));
  });
});
