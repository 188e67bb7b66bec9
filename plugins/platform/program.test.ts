import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parse } from "smol-toml";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bench, ended, type Bench } from "./testing.js";

let b: Bench;
beforeEach(() => void (b = bench()));
afterEach(() => b[Symbol.dispose]());

describe("The built program", () => {
  it("prints its help, and that of a subcommand", async () => {
    const whole = await ended(b.start("--help"));
    expect([whole.code, whole.stderr]).toEqual([0, ""]);
    expect(whole.stdout).toMatch(/-m, --model NAME/);
    expect(whole.stdout).toMatch(/--plugin-dir DIR/);
    expect((await ended(b.start("config --help"))).stdout).toMatch(/^Usage\n {2}nacre config explain KEY/);
    expect((await ended(b.start("help nobody"))).code).toBe(2);
  });

  it("accepts every flag of the executable itself that its help names", async () => {
    const ran = await ended(b.start("--cwd . --plugin-dir . --safe-mode --verbose --version --help"));
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
  });

  it.each([
    ["-p hi --add-dir nowhere", /^Error: The folder \S*nowhere does not exist or cannot be entered\.\n$/],
    [
      "-p hi --setting-sources user,projct",
      /^Error: --setting-sources must be one of user, project, local, not "projct"/,
    ],
  ])("says of %s what is wrong, with exit code 2", async (words, sentence) => {
    const script = b.write("script.yaml", "- text: hi\n");
    const ran = await ended(b.start(words, { NACRE_PROVIDER: "scripted", NACRE_SCRIPT: script }));
    expect(ran.stderr).toMatch(sentence);
    expect(ran.code).toBe(2);
  });

  it("takes no sources of settings as well", async () => {
    const { code, stdout } = await ended(b.start("config path --setting-sources="));
    expect([code, stdout]).toEqual([0, expect.stringContaining("user")]);
  });

  it("answers doctor and plugin bill", async () => {
    const doctor = await ended(b.start("doctor", { ANTHROPIC_API_KEY: "x", OLLAMA_HOST: "http://127.0.0.1:9" }));
    expect(doctor.stdout).toContain("Everything that is needed works.");
    expect(doctor.code).toBe(0);
    const bill = await ended(b.start("plugin bill --json"));
    expect((JSON.parse(bill.stdout) as { failed: unknown }).failed).toEqual([]);
  });

  it("loses no setting of many processes that write at once", async () => {
    const all = Array.from({ length: 8 }, (_, n) => ended(b.start(`config set many.n${n} ${n}`)));
    expect((await Promise.all(all)).map(({ code }) => code)).toEqual(all.map(() => 0));
    const { many } = parse(readFileSync(join(b.home, "config.toml"), "utf8"));
    expect(Object.keys(many as object).toSorted()).toEqual(all.map((_, n) => `n${n}`));
  });

  it("leaves a whole settings file when it is killed at any moment, and goes on after it", async () => {
    const file = b.write("~/config.toml", "# mine\nkept = true\n");
    for (let n = 0; n < 10; n++) {
      const child = b.start(`config set many.n${n} ${n}`);
      const end = ended(child);
      await sleep(40 + n * 4);
      child.kill("SIGKILL");
      await end;
      expect(parse(readFileSync(file, "utf8"))["kept"]).toBe(true);
    }
    expect((await ended(b.start("config set last 1"))).code).toBe(0);
    expect(parse(readFileSync(file, "utf8"))["last"]).toBe(1);
    expect(existsSync(`${file}.lock`)).toBe(false);
    expect(readdirSync(b.home)).toContain("config.toml");
  });
});
