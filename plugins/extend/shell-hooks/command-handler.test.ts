import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { call, say } from "../../../test/boot.js";
import { command, kept, keeping, lastText, notices, pass, ran, until, withHooks } from "./testing.js";
import { quotedIn } from "./variables.js";

const prompt = (handler: object): object => ({ UserPromptSubmit: [{ hooks: [{ type: "command", ...handler }] }] });

describe("A command", () => {
  it("runs in a shell, with our variables and without keys", async () => {
    const env = { PATH: process.env["PATH"], ANTHROPIC_API_KEY: "k", MY_TOKEN: "t", HOME: "/nowhere", OTEL_X: "1" };
    const hooks = prompt({ command: "env | sort > env.txt" });
    await using shell = await withHooks(hooks, { env, script: [say("ok")] });
    await shell.send("go");
    const seen = readFileSync(join(shell.dir, "env.txt"), "utf8");
    expect(seen).toContain(`CLAUDE_PROJECT_DIR=${shell.dir}\n`);
    expect(seen).toContain(`NACRE_PROJECT_DIR=${shell.dir}\n`);
    expect(seen).toContain(`CLAUDE_CODE_SESSION_ID=${shell.session.id}\n`);
    expect(seen).toContain("CLAUDECODE=1\n");
    expect(seen).not.toMatch(/ANTHROPIC|MY_TOKEN|OTEL|CLAUDE_ENV_FILE/);
  });

  it("runs without a shell where args are given, with its placeholders filled in", async () => {
    const args = ["-c", 'printf "%s|" "$@" > words', "x", "${CLAUDE_PROJECT_DIR}", "a b", "$HOME", "*"];
    await using shell = await withHooks(prompt({ command: "sh", args }), { script: [say("ok")] });
    await shell.send("go");
    expect(readFileSync(join(shell.dir, "words"), "utf8")).toBe(`${shell.dir}|a b|$HOME|*|`);
  });

  it.each([
    ["sh ${R}/x.sh", 'sh "${R}"/x.sh'],
    ['sh "${R}/x.sh"', 'sh "${R}/x.sh"'],
    ["sh '${R}/x.sh'", "sh 'a '\\'' b/x.sh'"],
    ["echo \\' ${R} \\\" ${OTHER}", 'echo \\\' "${R}" \\" ${OTHER}'],
    ["echo '${constructor} ${__proto__}' ${toString}", "echo '${constructor} ${__proto__}' ${toString}"],
  ])("is safe for folders with blanks and quotes in their names: %s", (text, expected) => {
    expect(quotedIn(text, { R: "a ' b" })).toBe(expected);
  });

  it("has no placeholders but ours, whatever every object has", async () => {
    const args = ["-c", 'printf "%s" "$1" > words', "x", "${constructor} ${__proto__}"];
    await using shell = await withHooks(prompt({ command: "sh", args }), { script: [say("ok")] });
    await shell.send("go");
    expect(readFileSync(join(shell.dir, "words"), "utf8")).toBe("${constructor} ${__proto__}");
  });

  it("is in a session of its own, and told the event on its standard input", async () => {
    const hooks = prompt({ command: "cat > in; ps -o pid=,pgid=,sid= -p $$ > ids || echo $$ $$ $$ > ids" });
    await using shell = await withHooks(hooks, { script: [say("ok")] });
    await shell.send("go");
    const [pid, group, session] = readFileSync(join(shell.dir, "ids"), "utf8").trim().split(/\s+/);
    expect([group, session]).toEqual([pid, pid]);
    expect(kept(shell, "in")).toMatchObject([{ prompt: "go" }]);
  });

  it("runs in the nearest folder that is left when its own is gone", async () => {
    const hooks = { UserPromptSubmit: command("pwd > $CLAUDE_PROJECT_DIR/pwd") };
    await using shell = await withHooks(hooks, { files: { "sub/x": "" }, script: [say("ok")] });
    shell.session.chdir(join(shell.dir, "sub"));
    rmSync(join(shell.dir, "sub"), { recursive: true });
    await shell.send("go");
    expect(readFileSync(join(shell.dir, "pwd"), "utf8").trim()).toBe(shell.dir);
  });

  it("is ended with its whole group when its time is up, and decides nothing", async () => {
    const text = "sleep 30 & echo $! > child; echo half >&2; sleep 30; exit 2";
    await using shell = await withHooks(prompt({ command: text, timeout: 0.3 }), { script: [say("ok")] });
    expect((await shell.send("go")).reason).toBe("completed");
    const child = Number(readFileSync(join(shell.dir, "child"), "utf8"));
    await until(() => !isAlive(child));
    expect(ran(shell)).toMatchObject([{ outcome: "cancelled" }]);
    expect(notices(shell).join()).toContain("it took longer than 0.3 s");
  });

  it("is ended when it floods, and decides nothing", async () => {
    await using shell = await withHooks(prompt({ command: "yes", timeout: 20 }), { script: [say("ok")] });
    const before = process.memoryUsage.rss();
    expect((await shell.send("go")).reason).toBe("completed");
    expect(process.memoryUsage.rss() - before).toBeLessThan(60 * 1024 * 1024);
    expect(notices(shell).join()).toContain("it wrote more than 1 MB");
  });

  it("is one of at most ten that run at once; the others wait", async () => {
    const text = (place: number): string =>
      `mkdir -p run; : > run/${place}; ls run | wc -l >> seen; sleep 0.2; rm run/${place}`;
    const hooks = {
      UserPromptSubmit: [{ hooks: Array.from({ length: 14 }, (_, at) => ({ type: "command", command: text(at) })) }],
    };
    await using shell = await withHooks(hooks, { script: [say("ok")] });
    await shell.send("go");
    const seen = readFileSync(join(shell.dir, "seen"), "utf8").trim().split("\n").map(Number);
    expect(seen).toHaveLength(14);
    expect(Math.max(...seen)).toBeLessThanOrEqual(10);
  });

  it.each([
    ["cannot be started", { command: "/no/such/program", args: [] }, /could not be started: .*ENOENT/],
    ["fails", { command: "echo bad >&2; exit 1" }, /Failed with non-blocking status code: bad/],
    ["takes too long", { command: "sleep 5", timeout: 0.1 }, /it took longer than 0.1 s/],
    ["prints half JSON", { command: "printf '{\"a\": }'" }, /its output does not count: not valid JSON/],
  ])("that %s stops nothing, unless it says so itself", async (_, handler, sentence) => {
    await using shell = await withHooks(prompt(handler), { script: [say("ok")] });
    expect((await shell.send("go")).reason).toBe("completed");
    expect(notices(shell).join()).toMatch(sentence);
    await using strict = await withHooks(prompt({ ...handler, onFailure: "block" }));
    expect((await strict.send("go")).reason).toBe("prompt_blocked");
  });

  it("that is not read, or does not read, harms nobody", async () => {
    const hooks = {
      UserPromptSubmit: [...command("exec <&-; exit 0"), ...command("true"), ...command("sleep 5 & echo out")],
    };
    await using shell = await withHooks(hooks, { script: [say("ok")] });
    const started = performance.now();
    await shell.send("x".repeat(500_000));
    expect(performance.now() - started).toBeLessThan(2_000);
    expect(lastText(shell)).toContain("UserPromptSubmit hook: out");
    expect(notices(shell)).toEqual([]);
  });

  it("tells at most 10,000 characters; the rest stands in a file", async () => {
    await using shell = await withHooks(prompt({ command: "seq 1 5000" }), { script: [say("ok")] });
    await shell.send("go");
    const told = /UserPromptSubmit hook: ([^]*?)<\/system-reminder>/.exec(
      JSON.parse(JSON.stringify(lastText(shell))) as string,
    )![1]!;
    expect(told.length).toBeLessThan(3_500);
    const file = /the whole is in ([^\]]+)\]/.exec(told)![1]!;
    expect(readFileSync(file, "utf8")).toMatch(/^1\n2\n[^]*\n5000$/);
  });

  it("runs beside the others", async () => {
    const one = command("sleep 0.4");
    await using shell = await withHooks(
      { UserPromptSubmit: [...one, ...command("sleep 0.41"), ...command("sleep 0.42")] },
      { script: [say("ok")] },
    );
    const started = performance.now();
    await shell.send("go");
    expect(performance.now() - started).toBeLessThan(1_100);
  });
});

describe("A command in the background", () => {
  it("is not waited for, and what it says is told with the next prompt", async () => {
    const text = `sleep 0.2; printf '{"systemMessage":"Watch out.","decision":"block","hookSpecificOutput":{"hookEventName":"UserPromptSubmit","additionalContext":"Built."}}'`;
    await using shell = await withHooks(prompt({ command: text, async: true }), { script: [say("ok"), say("ok")] });
    expect((await shell.send("go")).reason).toBe("completed");
    expect(ran(shell)).toEqual([]);
    await until(() => ran(shell).length === 1);
    await shell.send("more");
    expect(lastText(shell)).toContain("UserPromptSubmit hook: Built.");
    expect(lastText(shell)).toContain("UserPromptSubmit hook: Watch out.");
  });

  it("wakes the model with exit code 2", async () => {
    const hooks = prompt({
      command: "[ -e once ] || { touch once; sleep 0.2; echo the build broke >&2; exit 2; }",
      asyncRewake: true,
    });
    await using shell = await withHooks(hooks, { script: [say("ok"), say("I see")] });
    await shell.send("go");
    await until(() => shell.requests.length === 2 && !shell.session.busy);
    expect(lastText(shell)).toContain("the build broke");
  });

  it("is ended with its session", async () => {
    const hooks = prompt({ command: "echo $$ > pid; sleep 30", async: true });
    await using shell = await withHooks(hooks, { script: [say("ok")] });
    await shell.send("go");
    await until(() => existsSync(join(shell.dir, "pid")) && readFileSync(join(shell.dir, "pid"), "utf8") !== "");
    const pid = Number(readFileSync(join(shell.dir, "pid"), "utf8"));
    await shell.session.close();
    await until(() => !isAlive(pid));
    await until(() => ran(shell).length === 1);
    expect(ran(shell)).toMatchObject([{ outcome: "cancelled" }]);
  });
});

describe("CLAUDE_ENV_FILE", () => {
  it("gives variables to later commands: those of the start for the session, those of a folder until the next", async () => {
    const hooks = {
      SessionStart: command(`echo 'export A="one two" PATH="/mine:$PATH"' >> "$CLAUDE_ENV_FILE"`),
      CwdChanged: command(`[ "$(basename "$PWD")" = work ] || echo 'export B=here' >> "$CLAUDE_ENV_FILE"`),
      UserPromptSubmit: command(`${keeping("x")}; [ -z "$CLAUDE_ENV_FILE" ] || touch wrong`),
    };
    const show = call("Bash", { command: 'echo "$A|$B|${PATH%%:*}"' });
    const pause = call("Bash", { command: "sleep 0.3" });
    const script = [
      show,
      call("Bash", { command: "mkdir sub; cd sub" }),
      pause,
      show,
      call("Bash", { command: "cd .." }),
      pause,
      show,
      say("ok"),
    ];
    await using shell = await withHooks(hooks, { plugins: ["bash", pass], script });
    await shell.send("go");
    const shown = shell.results().map((result) => result.content);
    expect([shown[0], shown[3], shown[6]]).toEqual(["one two||/mine", "one two|here|/mine", "one two||/mine"]);
    expect(existsSync(join(shell.dir, "wrong"))).toBe(false);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}
