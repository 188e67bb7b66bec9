import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { interrupted } from "../../../schemas/fold.js";
import { boot, call } from "../../../test/boot.js";
import { isAlive, pidsIn, run, until } from "./testing.js";

describe("Time", () => {
  it("is up with the exact words, and no process of the group is left", async () => {
    const started = performance.now();
    await using shell = await run(
      "echo $$ > pids; sleep 60 & echo $! >> pids; (trap '' TERM; echo $BASHPID >> pids; sleep 60; sleep 60) & echo begun; wait",
      {},
      { settings: { "tools.bash_timeout_secs": 0.5 } },
    );
    expect(shell.result(0)).toMatchObject({ isError: true, content: "bash execution exceeded 0.5s timeout\nbegun" });
    expect(performance.now() - started).toBeLessThan(4_500);
    const pids = pidsIn(join(shell.dir, "pids"));
    expect(pids).toHaveLength(3);
    expect(pids.filter(isAlive)).toEqual([]);
  });

  it("can be given by the call in milliseconds", async () => {
    await using shell = await run("sleep 60", { timeout: 200 });
    expect(shell.result(0).content).toBe("bash execution exceeded 0.2s timeout");
  });

  it("ends a command that stopped itself", async () => {
    await using shell = await run("kill -STOP $$", { timeout: 200 });
    expect(shell.result(0).content).toBe("bash execution exceeded 0.2s timeout");
  });

  it("is not waited for when only children that keep the pipes open are left", async () => {
    const started = performance.now();
    await using shell = await run("sleep 60 & echo $! > pids; echo ready");
    expect(performance.now() - started).toBeLessThan(3_000);
    const [pid] = pidsIn(join(shell.dir, "pids"));
    expect(shell.result(0).content).toMatch(/^ready\nChildren of this command still run as process group \d+/);
    expect(isAlive(pid!)).toBe(true);
    await shell.kernel.unload("bash");
    expect(isAlive(pid!)).toBe(false);
  });

  it("ends when the turn is stopped, with what was written until then", async () => {
    await using shell = await boot({
      plugins: ["bash"],
      script: [call("Bash", { command: "echo $$ > pids; echo begun; sleep 60" })],
    });
    const stop = new AbortController();
    const turn = shell.send("go", { signal: stop.signal });
    await until(() => pidsIn(join(shell.dir, "pids")).length === 1);
    stop.abort();
    expect((await turn).reason).toBe("aborted");
    expect(shell.result(0)).toMatchObject({
      isError: true,
      content: `${interrupted({ started: true })}\nbegun`,
    });
    expect(shell.result(0).details).toMatchObject({ interrupted: true });
    expect(pidsIn(join(shell.dir, "pids")).filter(isAlive)).toEqual([]);
  });
});
