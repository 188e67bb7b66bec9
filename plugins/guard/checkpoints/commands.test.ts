import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { boot, call, say } from "../../../test/boot.js";
import { keeping, undo } from "./testing.js";

const SLOW = 60_000;
const bash = (command: string) => call("Bash", { command });

it(
  "A command in the background is taken back as far as it is done when the next change begins.",
  async () => {
    const script = [
      call("Bash", { command: "echo 1 > a.txt; sleep 0.2; echo 2 > b.txt", run_in_background: true }),
      say("one"),
      call("Write", { file_path: "c.txt", content: "" }),
      say("two"),
    ];
    await using shell = await keeping({ script });
    await shell.send("one");
    await expect.poll(() => existsSync(join(shell.dir, "b.txt")), { timeout: 10_000 }).toBe(true);
    await shell.send("two");
    expect(await undo(shell)).toEqual(["c.txt"]);
    expect(await undo(shell)).toEqual(["a.txt", "b.txt"]);
    expect(shell.events.find((event) => event.type === "notice")?.text).toContain(
      "A command in the background can be undone only as far as",
    );
  },
  SLOW,
);

it(
  "A command that only reads is followed by no look at the folder.",
  async () => {
    const script = [bash("cat a.txt; ls | head -3; wc -l a.txt"), say("one"), bash("touch b.txt"), say("two")];
    const plugins = ["checkpoints", "bash", "permissions"];
    const ask = async () => ({ behavior: "allow" as const });
    await using shell = await boot({ plugins, ask, script, files: { "a.txt": "" } });
    await shell.send("one");
    expect(existsSync(join(shell.home, "checkpoints"))).toBe(false);
    await shell.send("two");
    expect(shell.results().map(({ isError }) => isError)).toEqual([false, false]);
    expect(await undo(shell)).toEqual(["b.txt"]);
  },
  SLOW,
);
