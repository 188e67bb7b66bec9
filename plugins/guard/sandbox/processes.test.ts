import { existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { boot, call, say } from "../../../test/boot.js";
import { boxed, running, text, texts, whyNot } from "./testing.js";

const reason = await whyNot();
const walls = describe.skipIf(reason !== undefined);
const title = (name: string): string => (reason === undefined ? name : `${name} (skipped: ${reason})`);

walls(title("A command in the sandbox"), () => {
  it("carries its folder over, inside the workspace only (advisories 31, 48)", async () => {
    await using shell = await boxed([
      "mkdir sub; cd sub",
      "pwd; echo x > here",
      "cd /etc",
      "pwd; echo x > /etc/nacre-test",
      "cd ..; echo x > out",
    ]);
    const [, second, third, fourth] = texts(shell);
    expect(second).toBe(join(shell.dir, "sub"));
    expect(third).toContain(`Shell cwd was reset to ${shell.dir}`);
    expect(fourth).toContain(shell.dir);
    expect(existsSync(join(shell.dir, "../out"))).toBe(false);
  });

  it("gives its exit code, its output and its own folder for temporary files (advisory 25)", async () => {
    await using shell = await boxed([
      "echo out; echo err >&2; exit 7",
      'stat -c %a "$TMPDIR"; case "$TMPDIR" in *$NACRE_SESSION_ID/scratch) echo own;; esac; echo x > "$TMPDIR/x"',
    ]);
    expect(texts(shell)[0]).toMatch(/^Exit code 7\nout\nerr/);
    expect(texts(shell)[1]).toBe("700\nown");
    const scratch = join(shell.home, "tmp", shell.session.id, "scratch");
    expect(statSync(scratch).mode & 0o777).toBe(0o700);
    await shell.session.close();
    await wait(100);
    expect(existsSync(scratch)).toBe(false);
  });

  it("loads no library by its variables before the walls stand", async () => {
    const output = await text('echo "$LD_PRELOAD $LD_LIBRARY_PATH"', {
      env: { PATH: process.env["PATH"], HOME: "/nowhere", LD_PRELOAD: "/nowhere/own.so", LD_LIBRARY_PATH: "/a b" },
      settings: { "tools.pass_env": ["LD_PRELOAD"] },
    });
    // Once, from the command's own shell; every program before it would have complained too.
    expect(output.match(/own\.so' from LD_PRELOAD/g)).toHaveLength(1);
    expect(output).toMatch(/^\/nowhere\/own\.so \/a b$/m);
  });

  it("leaves no process behind, also not one in the background of its shell", async () => {
    const word = `30${Date.now() % 100_000}.5`;
    await using shell = await boxed([`sleep ${word} & (setsid sleep ${word} &) ; echo started`]);
    expect(texts(shell)[0]).toMatch(/^started/);
    await wait(300);
    expect(running(`sleep\0${word}`)).toEqual([]);
  });

  it("runs in the background behind the same walls, and ends with the session", async () => {
    const word = `31${Date.now() % 100_000}.5`;
    await using shell = await boxed([
      {
        command: `echo x > /etc/nacre-test; echo y > .envrc; mkdir -p s; echo z > s/.npmrc; exit 3`,
        run_in_background: true,
      },
      { command: `sleep ${word}`, run_in_background: true },
      "sleep 0.8",
    ]);
    const context = shell.results().flatMap((result) => result.context ?? []);
    expect(context.join("\n")).toMatch(
      /ended with exit code 3[^]*Sandbox: Writing \/etc\/nacre-test was refused[^]*npmrc\.refused/,
    );
    expect(running(`sleep\0${word}`).length).toBeGreaterThan(0);
    await shell.session.close();
    for (let round = 0; round < 40 && running(`sleep\0${word}`).length > 0; round++) await wait(50);
    expect(running(`sleep\0${word}`)).toEqual([]);
    await shell.kernel.unload("sandbox");
    expect(readdirSync(shell.dir).toSorted()).toEqual(["envrc.refused", "s"]);
  });

  it("is ended at its time limit", async () => {
    const word = `32${Date.now() % 100_000}.5`;
    const output = await text({ command: `trap '' TERM; sleep ${word}; sleep ${word}`, timeout: 700 });
    expect(output).toMatch(/exceeded 0\.7s timeout/);
    expect(running(`sleep\0${word}`)).toEqual([]);
  });

  it("tells people of what was refused, in words and for programs", async () => {
    await using shell = await boxed(["cat ../../x; echo x > /etc/nacre-test"]);
    expect(shell.events).toContainEqual(
      expect.objectContaining({
        type: "notice",
        code: "sandbox.escape_attempt",
        text: expect.stringContaining("/etc/nacre-test"),
      }),
    );
    await using silent = await boxed(["echo x > /etc/nacre-test"], {
      settings: { "sandbox.ignoreViolations": { "*": ["/etc/nacre"] } },
    });
    expect(texts(silent)[0]).not.toContain("Sandbox:");
  });

  it("finds what others made since, and nothing in the way is left", async () => {
    await using shell = await boot({
      plugins: ["bash", "sandbox"],
      settings: { "sandbox.enabled": true },
      script: [
        call("Bash", { command: "ls -A" }),
        call("Bash", { command: "echo x > .vscode/tasks.json; echo x > sub/.npmrc" }),
        say("done"),
      ],
    });
    mkdirSync(join(shell.dir, "sub"));
    await shell.send("go");
    expect(readdirSync(shell.dir)).toEqual(["sub"]);
    expect(readdirSync(join(shell.home, "tmp")).filter((name) => name.startsWith("placeholders"))).toHaveLength(1);
    await shell.kernel.unload("sandbox");
    expect(readdirSync(join(shell.home, "tmp")).filter((name) => name.startsWith("placeholders"))).toEqual([]);
  });
});
