import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const PROGRAM = process.env["NACRE_PROGRAM"] ?? resolve("dist/nacre.js");
const HELLO = ["nacre", "-p", "hi", "--provider", "scripted", "--script", "script.yaml"];

let base = "";
beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), "nacre-bisect-")));
  mkdirSync(join(base, "work"));
  writeFileSync(join(base, "work", "script.yaml"), "- text: hello\n");
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

/** A plugin of the user that refuses every prompt while `condition` holds. */
function plugin(name: string, condition: string, requires: readonly string[] = []): void {
  const dir = join(base, "home", "plugins", name);
  mkdirSync(dir, { recursive: true });
  const extensions = {
    "dev.nacre": { main: "index.js", requires, provides: { taps: [{ point: "UserPromptSubmit" }] } },
  };
  writeFileSync(join(dir, "plugin.json"), JSON.stringify({ name, version: "1.0.0", extensions }));
  const tap = `(prompt) => (${condition} ? { ...prompt, blocked: "${name} says no" } : undefined)`;
  writeFileSync(join(dir, "index.js"), `export default (ctx) => ctx.tap("UserPromptSubmit", async ${tap});\n`);
  writeFileSync(join(dir, "package.json"), '{ "type": "module" }\n');
}

const isThere = (name: string): string => `ctx.kernel.plugins.some((one) => one.plugin.name === "${name}")`;

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function nacre(args: readonly string[], interruptAfter?: RegExp): Promise<Ran> {
  const env = { PATH: process.env["PATH"], HOME: base, NACRE_HOME: join(base, "home") };
  const child = spawn(process.execPath, [PROGRAM, ...args], { cwd: join(base, "work"), env });
  const said = { stdout: "", stderr: "" };
  let isSent = false;
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (part: string) => {
      said[name] += part;
      if (!isSent && interruptAfter?.test(said[name])) isSent = child.kill("SIGINT");
    });
  }
  child.stdin.end();
  return new Promise((done) => void child.on("close", (code) => done({ code, ...said })));
}

describe("nacre plugin bisect", () => {
  it("names the one of three plugins that breaks a run, shows its progress, and says how to switch it off", async () => {
    for (const name of ["fine", "good"]) plugin(name, "false");
    plugin("bad", "true");
    const { code, stdout, stderr } = await nacre(["plugin", "bisect", "--", ...HELLO]);
    expect(stdout.split("\n")[0]).toBe("bad breaks the command.");
    expect(stdout).toMatch(
      /Without it it works \(\d runs\)\. To switch off: nacre config set plugins\.bad\.enabled false\n/,
    );
    expect(stdout).toContain("  Error: bad says no");
    expect(stderr).toMatch(
      /^run 1: 3 of 3 on \(bad, fine, good\): fails with exit code 1 in [\d.]+ s\nrun 2: 0 of 3 on \(none\): works/,
    );
    expect(code).toBe(0);
    await nacre(["config", "set", "plugins.bad.enabled", "false"]);
    expect((await nacre(HELLO.slice(1))).code).toBe(0);
  });

  it("says that two break it together, and that one needs another", async () => {
    for (const name of ["a", "c"]) plugin(name, "false");
    plugin("b", isThere("d"));
    plugin("d", "false");
    const { stdout } = await nacre(["plugin", "bisect", "--json", "--", ...HELLO]);
    expect(JSON.parse(stdout)).toMatchObject({ verdict: "found", culprits: [["b", "d"]], worksWithout: true });
    plugin("b", "true", ["d"]);
    expect((await nacre(["plugin", "bisect", "--", ...HELLO])).stdout).toMatch(/^b breaks the command\./);
  });

  it("finds several that each break it, in a script that starts nacre too", async () => {
    for (const name of ["a", "b", "c"]) plugin(name, name === "b" ? "false" : "true");
    const script = `'${process.execPath}' '${PROGRAM}' ${HELLO.slice(1).join(" ")}`;
    const { code, stdout } = await nacre(["plugin", "bisect", "--json", "--", "sh", "-c", script]);
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { culprits: [["a"], ["c"]], worksWithout: true }]);
  });

  it("says honestly that nothing fails, that it is no plugin, and that it fails by chance", async () => {
    plugin("fine", "false");
    const works = await nacre(["plugin", "bisect", "--", ...HELLO]);
    expect([works.code, works.stdout]).toEqual([1, "The command works with all plugins; there is nothing to find.\n"]);
    const other = await nacre(["plugin", "bisect", "--", "sh", "-c", "echo oh dear; exit 7"]);
    expect(other.code).toBe(1);
    expect(other.stdout).toMatch(/^The command fails without any plugin .*\nIt wrote last:\n {2}oh dear\n$/);
    const chance = "test -e ran || { touch ran; exit 1; }";
    const unclear = await nacre(["plugin", "bisect", "--", "sh", "-c", chance]);
    expect([unclear.code, unclear.stdout]).toEqual([1, expect.stringMatching(/^The command does not fail each time/)]);
  });

  it("takes a run that does not end for a failure, and ends what it started", async () => {
    plugin("slow", "false");
    const script = `case "$NACRE_SETTINGS" in *slow*) exit 0;; esac; sleep 60; touch late`;
    const { code, stdout, stderr } = await nacre([
      "plugin",
      "bisect",
      "--bisect-timeout",
      "0.3",
      "--",
      "sh",
      "-c",
      script,
    ]);
    expect([code, stdout.split("\n")[0]]).toEqual([0, "slow breaks the command."]);
    expect(stderr).toContain("run 1: 1 of 1 on (slow): takes too long");
    expect(existsSync(join(base, "work", "late"))).toBe(false);
  });

  it("stops at ctrl-C", async () => {
    plugin("fine", "false");
    const script = "test -e once && sleep 30; touch once; exit 1";
    const { code, stderr } = await nacre(["plugin", "bisect", "--", "sh", "-c", script], /run 1/);
    expect([code, stderr]).toEqual([130, expect.stringContaining("Interrupted.")]);
  });

  it.each([
    [["plugin", "bisect"], "Usage: nacre plugin bisect -- CMD..."],
    [["plugin", "bisect", "--", "true"], "There is no plugin here that did not ship with nacre"],
    [["plugin", "bisect", "--", "nacre", "--plugin-dir", "x"], "The command has --plugin-dir; give it before as well"],
  ])("%j is a usage error", async (args, sentence) => {
    const { code, stderr } = await nacre(args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(sentence)]);
  });

  it("says what cannot be run at all", async () => {
    plugin("fine", "false");
    const { code, stderr } = await nacre(["plugin", "bisect", "--", "no-such-program"]);
    expect([code, stderr]).toEqual([2, expect.stringContaining("no-such-program cannot be run")]);
  });
});
