import { describe, expect, it } from "vitest";
import { boot, call, say, type BootOptions, type Shell } from "../../../test/boot.js";
import type { Question } from "../../../schemas/decision.js";
import { whyNot } from "./testing.js";

const reason = await whyNot();
const walls = describe.skipIf(reason !== undefined);
const title = (name: string): string => (reason === undefined ? name : `${name} (skipped: ${reason})`);

/** A session with gate and sandbox in which one command is called, and what the person was asked. */
async function called(
  input: object,
  settings: Record<string, unknown> = {},
  options: Partial<BootOptions> = {},
): Promise<{ readonly shell: Shell; readonly questions: readonly Question[] }> {
  const questions: Question[] = [];
  const shell = await boot({
    plugins: ["bash", "permissions", "sandbox"],
    script: [call("Bash", input), say("done")],
    settings: { "sandbox.enabled": true, ...settings },
    ask: async (question) => {
      questions.push(question);
      return { behavior: "allow" };
    },
    ...options,
  });
  await shell.send("go");
  return { shell, questions };
}

const UNKNOWN = "perl -e 'print 1 + 1'";

walls(title("A command that runs in the sandbox"), () => {
  it.each(["default", "acceptEdits", "dontAsk"])("needs no question in the mode %s", async (mode) => {
    const { shell, questions } = await called({ command: UNKNOWN }, { "permissions.defaultMode": mode });
    expect(shell.result(0).content).toBe("2");
    expect(questions).toEqual([]);
    expect(shell.events.find((event) => event.type === "call")).toMatchObject({ decision: { by: "sandbox" } });
    await shell[Symbol.asyncDispose]();
  });

  it.each(["confirmEach", "plan"])("is asked about in the mode %s", async (mode) => {
    const { shell, questions } = await called({ command: UNKNOWN }, { "permissions.defaultMode": mode });
    expect(questions).toHaveLength(1);
    await shell[Symbol.asyncDispose]();
  });

  it.each(["readOnly", "deny"])("is refused in the mode %s", async (mode) => {
    const { shell, questions } = await called({ command: UNKNOWN }, { "permissions.defaultMode": mode });
    expect(shell.result(0).isError).toBe(true);
    expect(questions).toEqual([]);
    await shell[Symbol.asyncDispose]();
  });

  it.each([
    ["a deny rule", { command: UNKNOWN }, { "permissions.deny": ["Bash(perl *)"] }, 0],
    ["an ask rule about it", { command: UNKNOWN }, { "permissions.ask": ["Bash(perl *)"] }, 1],
    ["a bare ask rule, which it makes needless", { command: UNKNOWN }, { "permissions.ask": ["Bash"] }, 0],
    ["a critical path", { command: "rm -rf /" }, {}, 1],
    ["a protected file", { command: "echo x > .git/config" }, {}, 1],
    ["the setting that keeps questions", { command: UNKNOWN }, { "sandbox.autoAllowBashIfSandboxed": false }, 1],
  ])("still meets %s", async (_, input, settings, asked) => {
    const { shell, questions } = await called(input, settings, {
      ...(asked === 1 && { ask: undefined as never }),
    });
    if (asked === 0 && "permissions.deny" in settings) expect(shell.result(0).content).toContain("forbids it");
    if (asked === 1) expect(shell.result(0).content).toContain("Nobody could be asked");
    expect(questions).toEqual([]);
    await shell[Symbol.asyncDispose]();
  });
});

walls(title("A command without the sandbox"), () => {
  const outside = {
    command: "echo ${TMPDIR##*/}.",
    dangerouslyDisableSandbox: true,
    description: "Needs\nit",
  };

  it("is asked about in every mode, with the model's reason", async () => {
    for (const mode of ["default", "acceptEdits"]) {
      const { shell, questions } = await called(outside, {
        "permissions.defaultMode": mode,
        "permissions.allow": ["Bash"],
      });
      expect(questions.map((one) => one.reason)).toEqual(["It is to run without the sandbox: Needs it."]);
      expect(shell.result(0).content).toBe(".");
      await shell[Symbol.asyncDispose]();
    }
  });

  it("is refused without a question, as other hosts are, in the mode that asks nothing", async () => {
    const mode = { "permissions.defaultMode": "dontAsk" };
    const refused = await called(outside, mode);
    expect(refused.questions).toEqual([]);
    expect(refused.shell.result(0).content).toContain('In the mode "dontAsk" that is a no');
    await refused.shell[Symbol.asyncDispose]();
    const reached = await called({ command: "curl -s -m 5 --noproxy '' http://127.0.0.1:9/; echo $?" }, mode);
    expect(reached.questions).toEqual([]);
    expect(reached.shell.result(0).content).toMatch(/^[1-9]/);
    await reached.shell[Symbol.asyncDispose]();
  });

  it("is refused where nobody can be asked, and stays inside where the settings say so", async () => {
    const refused = await called(outside, {}, { ask: undefined as never });
    expect(refused.shell.result(0).content).toContain("Nobody could be asked");
    await refused.shell[Symbol.asyncDispose]();
    const inside = await called(outside, { "sandbox.allowUnsandboxedCommands": false });
    expect(inside.shell.result(0).content).toBe("scratch.");
    expect(JSON.stringify(inside.shell.requests[0]!.tools)).not.toContain("dangerouslyDisableSandbox");
    await inside.shell[Symbol.asyncDispose]();
  });

  it("is offered to the model only where the sandbox is on", async () => {
    const { shell } = await called({ command: "true" });
    expect(JSON.stringify(shell.requests[0]!.tools)).toContain("dangerouslyDisableSandbox");
    await shell[Symbol.asyncDispose]();
    await using off = await boot({ plugins: ["bash", "sandbox"], script: [say("done")] });
    await off.send("go");
    expect(JSON.stringify(off.requests[0]!.tools)).not.toContain("dangerouslyDisableSandbox");
    expect(off.kernel.plugins.find(({ plugin }) => plugin.name === "sandbox")?.state).toBe("listed");
  });

  it("runs by pattern when every part of it fits, and the question says so", async () => {
    const settings = { "sandbox.excludedCommands": ["node *", "npm test"] };
    const command = `node -e "console.log(/scratch$/.test(process.env.TMPDIR))"`;
    const one = await called({ command }, settings);
    expect(one.questions[0]?.reason).toContain("runs without the sandbox (sandbox.excludedCommands: node *)");
    expect(one.shell.result(0).content).toBe("false");
    await one.shell[Symbol.asyncDispose]();
    const both = await called({ command: `${command}; ${UNKNOWN}` }, settings);
    expect(both.questions).toEqual([]);
    expect(both.shell.result(0).content).toBe("true\n2");
    await both.shell[Symbol.asyncDispose]();
  });
});

describe("A sandbox that does not work", () => {
  const missing = { "sandbox.bwrapPath": "/nowhere/bwrap" };

  it("is said once, and commands are asked about as usual (advisory 30)", async () => {
    const { shell, questions } = await called({ command: UNKNOWN }, missing);
    expect(questions).toHaveLength(1);
    expect(shell.result(0).content).toBe("2");
    const notices = shell.events.flatMap((event) => (event.type === "notice" ? [event.text] : []));
    expect(notices).toEqual([
      expect.stringMatching(
        /The sandbox is on, but does not work here: sandbox\.bwrapPath names \/nowhere\/bwrap, which is no program\. Commands run without it/,
      ),
    ]);
    await shell[Symbol.asyncDispose]();
  });

  it("keeps commands from running where it is needed, and the run from starting", async () => {
    const { shell, questions } = await called({ command: UNKNOWN }, { ...missing, "sandbox.failIfUnavailable": true });
    expect(shell.result(0).content).toContain("does not work here");
    expect(questions).toEqual([]);
    await shell[Symbol.asyncDispose]();
  });

  it("says nothing where it is only used where it works", async () => {
    const { shell, questions } = await called({ command: UNKNOWN }, { ...missing, "sandbox.enabled": "auto" });
    expect(questions).toHaveLength(1);
    expect(shell.events.filter((event) => event.type === "notice")).toEqual([]);
    await shell[Symbol.asyncDispose]();
  });
});
