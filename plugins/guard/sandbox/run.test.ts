import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { running, whyNot } from "./testing.js";

const reason = await whyNot();
const script = new URL("../../../dist/nacre.js", import.meta.url).pathname;
const built = describe.skipIf(reason !== undefined || !existsSync(script));

built("`nacre sandbox run`", () => {
  const make = (): { readonly base: string; readonly work: string; readonly env: NodeJS.ProcessEnv } => {
    const base = realpathSync(mkdtempSync(join(tmpdir(), "nacre-run-")));
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
    const inner =
      "exec node " + script + ` sandbox run -- sh -c 'readlink /proc/self/fd/77; echo "[$MY_API_KEY]"' 77< .`;
    const { stdout, stderr } = spawnSync("bash", ["-c", inner], {
      cwd: work,
      encoding: "utf8",
      env: { ...env, MY_API_KEY: "KEY" },
    });
    expect({ stdout, stderr }).toEqual({ stdout: "/dev/null\n[]\n", stderr: "" });
    rmSync(base, { recursive: true });
  });

  it("points out what a command made whose end nobody saw", async () => {
    const { base, work, env } = make();
    mkdirSync(join(work, "sub"));
    writeFileSync(join(work, "sub/.npmrc"), "mine");
    const line = "touch sub/.envrc; sleep 30";
    const child = spawn(process.execPath, [script, "sandbox", "run", "--", "sh", "-c", line], { cwd: work, env });
    const ended = new Promise((resolve) => child.on("exit", resolve));
    for (let round = 0; round < 100 && !existsSync(join(work, "sub/.envrc")); round++) await wait(50);
    child.kill("SIGKILL");
    await ended;
    const next = (): string => {
      const run = [script, "sandbox", "run", "--", "true"];
      return spawnSync(process.execPath, run, { cwd: work, env, encoding: "utf8" }).stderr;
    };
    const said = `Sandbox: ${join(work, "sub/.envrc")} decides over what runs later and came to be since nacre was killed`;
    expect(next().match(/^Sandbox: .{0,200}/gm)).toEqual([expect.stringContaining(said)]);
    expect(next()).toBe("");
    rmSync(base, { recursive: true });
  });

  it.each(["SIGINT", "SIGTERM", "SIGKILL"] as const)("leaves nothing behind after %s", async (signal) => {
    const { base, work, env } = make();
    const word = `33${Date.now() % 100_000}.5`;
    const child = spawn(process.execPath, [script, "sandbox", "run", "--", "sleep", word], { cwd: work, env });
    const ended = new Promise((resolve) => child.on("exit", resolve));
    // nacre, bubblewrap and the command itself have the word in their command lines.
    for (let round = 0; round < 100 && running(`sleep\0${word}`).length < 3; round++) await wait(50);
    expect(readdirSync(work)).toContain(".claude");
    child.kill(signal);
    await ended;
    for (let round = 0; round < 100 && running(`sleep\0${word}`).length > 0; round++) await wait(50);
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

describe.skipIf(reason !== undefined || !existsSync(script) || process.getuid?.() !== 0 || !hasSetpriv())(
  "`nacre sandbox run` by somebody who is not root",
  () => {
    /** Runs a shell line in a folder below a fresh place of which the program is a copy. */
    const nobody = (base: string, folder: string, line: string): ReturnType<typeof spawnSync> => {
      const words = ["--reuid=65534", "--regid=65534", "--clear-groups", "--", process.execPath];
      return spawnSync("setpriv", [...words, join(base, "dist/nacre.js"), "sandbox", "run", "--", "sh", "-c", line], {
        cwd: join(base, folder),
        encoding: "utf8",
        env: { PATH: process.env["PATH"], HOME: join(base, "home"), NACRE_HOME: join(base, "home/.nacre") },
      });
    };

    const make = (): string => {
      const base = mkdtempSync(join(tmpdir(), "nacre-nobody-"));
      for (const name of ["work", "home", "others"]) mkdirSync(join(base, name));
      cpSync(dirname(script), join(base, "dist"), { recursive: true });
      for (const name of [".", "work", "home"]) chownSync(join(base, name), 65534, 65534);
      chmodSync(base, 0o755);
      return base;
    };

    it("meets the same walls", () => {
      const base = make();
      const line = "id -u; echo in > in; echo out > ../out; echo x > .vscode/x; cat /proc/sys/kernel/ostype";
      const { stdout, stderr, status } = nobody(base, "work", line);
      expect({ status, stdout, stderr }).toMatchObject({ status: 0, stdout: "65534\nLinux\n" });
      expect(stderr).toContain("Sandbox: Writing");
      expect(readdirSync(join(base, "work"))).toEqual(["in"]);
      expect(existsSync(join(base, "out"))).toBe(false);
      rmSync(base, { recursive: true });
    });

    it("works where a folder may not be entered or listed, and in one that may not be written", () => {
      const base = make();
      const made = nobody(base, "work", "mkdir -p shut/in blind; touch blind/.envrc; chmod 600 shut; chmod 311 blind");
      expect({ status: made.status, stderr: String(made.stderr) }).toMatchObject({
        status: 0,
        stderr: expect.stringContaining("/blind decides over what runs later, so it was renamed"),
      });
      expect(nobody(base, "work", "echo again")).toMatchObject({ status: 0, stdout: "again\n" });
      expect(nobody(base, "others", "echo there")).toMatchObject({ status: 0, stdout: "there\n" });
      expect(readdirSync(join(base, "work")).toSorted()).toEqual(["blind.refused", "shut"]);
      rmSync(base, { recursive: true });
    });
  },
);

function hasSetpriv(): boolean {
  return spawnSync("setpriv", ["--version"]).error === undefined;
}
