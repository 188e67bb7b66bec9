import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { boot, call, say } from "../../../test/boot.js";
import { boxed, text, texts, whyNot } from "./testing.js";

const reason = await whyNot();
const walls = describe.skipIf(reason !== undefined);
const title = (name: string): string => (reason === undefined ? name : `${name} (skipped: ${reason})`);

/** Processes of the machine whose command line holds a word. */
function running(word: string): readonly string[] {
  return readdirSync("/proc").filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(join("/proc", pid, "cmdline"), "utf8").includes(word);
    } catch {
      return false;
    }
  });
}

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

  it("meets the same walls when the user is not root", async ({ skip }) => {
    if (process.getuid?.() !== 0) return;
    const found = spawnSync("setpriv", ["--version"]);
    if (found.error) skip("setpriv is not installed");
    const script = new URL("../../../dist/nacre.js", import.meta.url).pathname;
    if (!existsSync(script)) skip("the program is not built");
    const dir = spawnSync("mktemp", ["-d"], { encoding: "utf8" }).stdout.trim();
    spawnSync("sh", [
      "-c",
      `cp -r "$(dirname ${script})" ${dir}/dist && mkdir ${dir}/work ${dir}/home && chown -R nobody ${dir} && chmod 755 ${dir}`,
    ]);
    const inner = "id -u; echo in > in; echo out > ../out; echo x > .vscode/x; cat /proc/sys/kernel/ostype";
    const { stdout, stderr, status } = spawnSync(
      "setpriv",
      [
        "--reuid=65534",
        "--regid=65534",
        "--clear-groups",
        "--",
        process.execPath,
        join(dir, "dist/nacre.js"),
        "sandbox",
        "run",
        "--",
        "sh",
        "-c",
        inner,
      ],
      {
        cwd: join(dir, "work"),
        encoding: "utf8",
        env: { PATH: process.env["PATH"], HOME: join(dir, "home"), NACRE_HOME: join(dir, "home/.nacre") },
      },
    );
    expect({ status, stdout, stderr }).toMatchObject({ status: 0, stdout: "65534\nLinux\n" });
    expect(stderr).toContain("Sandbox: Writing");
    expect(existsSync(join(dir, "work/in"))).toBe(true);
    expect(existsSync(join(dir, "out"))).toBe(false);
    expect(existsSync(join(dir, "work/.vscode"))).toBe(false);
    spawnSync("rm", ["-rf", dir]);
  });
});

const script = new URL("../../../dist/nacre.js", import.meta.url).pathname;
const built = describe.skipIf(reason !== undefined || !existsSync(script));

built("`nacre sandbox run`", () => {
  const make = (): { readonly base: string; readonly work: string; readonly env: NodeJS.ProcessEnv } => {
    const base = mkdtempSync(join(tmpdir(), "nacre-run-"));
    for (const name of ["work", "home", "tmp"]) mkdirSync(join(base, name));
    const env = {
      PATH: process.env["PATH"],
      HOME: join(base, "home"),
      NACRE_HOME: join(base, "home/.nacre"),
      TMPDIR: join(base, "tmp"),
    };
    return { base, work: join(base, "work"), env };
  };

  it("hands on no open file and no secret", () => {
    const { base, work, env } = make();
    const inner = "exec node " + script + ` sandbox run -- sh -c 'ls /proc/self/fd/77; echo "[$MY_API_KEY]"' 77< .`;
    const { stdout, stderr } = spawnSync("bash", ["-c", inner], {
      cwd: work,
      encoding: "utf8",
      env: { ...env, MY_API_KEY: "KEY" },
    });
    expect(stdout).toBe("[]\n");
    expect(stderr).toMatch(/fd\/77.*No such file/);
    rmSync(base, { recursive: true });
  });

  it.each(["SIGINT", "SIGTERM", "SIGKILL"] as const)("leaves nothing behind after %s", async (signal) => {
    const { base, work, env } = make();
    const word = `33${Date.now() % 100_000}.5`;
    const child = spawn(process.execPath, [script, "sandbox", "run", "--", "sleep", word], { cwd: work, env });
    const ended = new Promise((resolve) => child.on("close", resolve));
    // nacre, bubblewrap and the command itself have the word in their command lines.
    for (let round = 0; round < 100 && running(`sleep\0${word}`).length < 3; round++) await wait(50);
    expect(readdirSync(work)).toContain(".claude");
    child.kill(signal);
    await ended;
    await wait(200);
    expect(running(`sleep\0${word}`)).toEqual([]);
    if (signal === "SIGKILL") {
      // The next one puts in order what nobody could any more.
      const { status } = spawnSync(process.execPath, [script, "sandbox", "run", "--", "true"], { cwd: work, env });
      expect(status).toBe(0);
    }
    expect(readdirSync(work)).toEqual([]);
    expect(readdirSync(join(base, "tmp")).filter((name) => name.startsWith("nacre-box"))).toEqual([]);
    rmSync(base, { recursive: true });
  });
});
