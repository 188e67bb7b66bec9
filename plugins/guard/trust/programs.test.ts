import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { House } from "./testing.js";

let house: House;
beforeEach(() => void (house = new House()));
afterEach(() => house[Symbol.dispose]());

const done = { text: "done" };
const hook = (command: string, event = "SessionStart"): object => ({
  hooks: { [event]: [{ hooks: [{ type: "command", command }] }] },
});
const bash = (command: string): object => ({ call: { name: "Bash", input: { command } } });

/** What `trust show` says nobody has agreed to. */
async function open(): Promise<readonly string[]> {
  const { stdout } = await house.nacre(["trust", "show", "--json"]);
  const { parts } = JSON.parse(stdout) as { readonly parts: readonly { what: string; agreed: boolean }[] };
  return parts.filter(({ agreed }) => !agreed).map(({ what }) => what);
}

describe("A trusted project", () => {
  it("has a hook held back when the program it names is another one (advisory 73)", async () => {
    house.write("tools/check.sh", `${house.canary("good")}\n`);
    house.write(".claude/settings.json", hook('bash "$CLAUDE_PROJECT_DIR"/tools/check.sh --all'));
    await house.nacre(["trust", "--yes"]);
    await house.ask([done]);
    expect(house.sang("good")).toBe(true);
    house.write("tools/check.sh", `${house.canary("bad")}\n`);
    expect((await house.ask([done])).stderr).toContain("has changed since you trusted it");
    expect(house.sang("bad")).toBe(false);
  });

  it.each([
    "bash tools/guard",
    "sh -c 'cd tools && . ./guard'",
    "make -f tools/rules.mk",
    "awk -f tools/x.awk a.txt",
    "${CLAUDE_PROJECT_DIR:-.}/tools/run",
    "bash 'tools/with blanks.sh'",
  ])("has the hook %s held back when what it runs is another one (advisory 73)", async (command) => {
    const files = ["guard", "rules.mk", "x.awk", "run", "with blanks.sh"];
    for (const name of files) house.write(`tools/${name}`, "# one\n", name === "run" ? 0o755 : 0o644);
    house.write(".claude/settings.json", hook(command));
    await house.nacre(["trust", "--yes"]);
    expect(await open()).toEqual([]);
    for (const name of files) house.write(`tools/${name}`, "# two\n", name === "run" ? 0o755 : 0o644);
    expect(await open()).toEqual(["hooks.SessionStart"]);
  });
});

describe("The program of a project's hook that is changed while nacre works", () => {
  const rewrite = (content: string): readonly object[] => [
    { call: { name: "Read", input: { file_path: "tools/check.sh" } } },
    { call: { name: "Write", input: { file_path: "tools/check.sh", content } } },
  ];
  const edits = ["--allowed-tools", "Bash", "--permission-mode", "acceptEdits"];

  it.each([[], ["--trust-workspace"]])("is not run (%s) (advisory 73)", async (...flags) => {
    house.write("tools/check.sh", "true\n");
    house.write(".claude/settings.json", hook("bash tools/check.sh", "PostToolUse"));
    if (flags.length === 0) await house.nacre(["trust", "--yes"]);
    const turns = [...rewrite(`${house.canary("model")}\n`), bash("true"), bash("true"), done];
    const { stderr } = await house.ask(turns, ...edits, ...flags);
    expect(house.sang("model")).toBe(false);
    expect(stderr.match(/hook is not run/g)).toHaveLength(2); // Once for each tool.
    expect(stderr).toContain(
      "PostToolUse:Bash hook is not run: a program of the project that it names has changed since nacre began (bash tools/check.sh,",
    );
  });

  it("has calls asked about that it was to judge", async () => {
    house.write("tools/check.sh", "exit 2\n");
    house.write(".nacre/hooks/hooks.json", {
      hooks: { PreToolUse: [{ matcher: "Bash", hooks: [{ type: "command", command: "bash tools/check.sh" }] }] },
    });
    await house.nacre(["trust", "--yes"]);
    const { code } = await house.ask([...rewrite("exit 0\n"), bash(house.canary("free")), done], ...edits);
    expect([code, house.sang("free")]).toEqual([3, false]);
  });

  it("is not what a hook writes", async () => {
    const notes = {
      hooks: { PostToolUse: [{ hooks: [{ type: "command", command: "echo x >> notes; date > when" }] }] },
    };
    house.write(".claude/settings.json", notes);
    await house.nacre(["trust", "--yes"]);
    const two = [bash("true"), bash("true"), done];
    for (const turns of [two, two]) expect((await house.ask(turns, ...edits)).stderr).toBe("");
  });

  it("is run when it is not below the project, or is the same again", async () => {
    house.write("tools/check.sh", `${house.canary("same")}\n`);
    house.write(".claude/settings.json", hook("bash tools/check.sh", "PostToolUse"));
    await house.nacre(["trust", "--yes"]);
    await house.ask([...rewrite("true\n"), ...rewrite(`${house.canary("same")}\n`), bash("true"), done], ...edits);
    expect(house.sang("same")).toBe(true);
  });
});
