import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import type { Shell } from "../../../../test/boot.js";
import { gated, idleTools } from "../testing.js";

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function permissions(shell: Shell, words: readonly string[], flags = {}): Promise<Ran> {
  const io = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
  const command = (await shell.kernel.get("subcommand", "permissions"))!;
  const code = await command.run({ positionals: words, flags, io });
  const textOf = (stream: PassThrough): string => String((stream.read() as Buffer | null) ?? "");
  return { code, stdout: textOf(io.stdout), stderr: textOf(io.stderr) };
}

/** The lines that a file of cases gives. */
async function cases(shell: Shell, list: readonly object[]): Promise<readonly Record<string, unknown>[]> {
  const file = join(shell.dir, "cases.json");
  writeFileSync(file, JSON.stringify(list));
  const { stdout } = await permissions(shell, ["check"], { cases: file, json: true });
  const lines = stdout.trim().split("\n");
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

const base = (shell: Shell, more: object): object => ({
  id: "x",
  cwd: shell.dir,
  home: shell.home,
  trusted: true,
  additionalDirectories: [],
  rules: { allow: [], ask: [], deny: [] },
  ruleSource: "project",
  mode: "default",
  tool: "Read",
  input: { file_path: "a.txt" },
  ...more,
});

describe("nacre permissions check --cases", () => {
  it("answers each case by its own folder, rules and mode, in one line", async () => {
    await using shell = await gated();
    mkdirSync(join(shell.dir, "p/src"), { recursive: true });
    mkdirSync(join(shell.dir, "extra"));
    symlinkSync(join(shell.dir, "extra"), join(shell.dir, "p/out"));
    const cwd = join(shell.dir, "p");
    const edit = { tool: "Edit", input: { file_path: "src/a.ts", old_string: "", new_string: "" } };
    const allow = { rules: { allow: ["Edit(/src/**)"], ask: [], deny: [] } };
    const answers = await cases(shell, [
      base(shell, { id: "1", cwd }),
      base(shell, { id: "2", cwd, input: { file_path: "out/x" } }),
      base(shell, { id: "3", cwd, input: { file_path: "out/x" }, additionalDirectories: [join(shell.dir, "extra")] }),
      base(shell, { id: "4", cwd, ...edit, ...allow }),
      base(shell, { id: "5", cwd, ...edit, ...allow, trusted: false }),
      base(shell, { id: "6", cwd, ...edit, ...allow, trusted: false, ruleSource: "cli" }),
      base(shell, { id: "7", cwd, ...edit, ...allow, ruleSource: "user" }),
      base(shell, { id: "8", cwd, ...edit, mode: "acceptEdits" }),
      base(shell, { id: "9", cwd, tool: "mcp__a__b", input: {} }),
      base(shell, { id: "10", cwd, tool: "Nothing", input: {}, mode: "dontAsk" }),
      base(shell, { id: "11", cwd, tool: "Task", input: {}, rules: { deny: ["Agent"] } }),
    ]);
    expect(answers.map(({ id, decision }) => `${String(id)} ${String(decision)}`)).toEqual([
      "1 allow",
      "2 ask",
      "3 allow",
      "4 allow",
      "5 ask",
      "6 allow",
      "7 ask",
      "8 allow",
      "9 ask",
      "10 deny",
      "11 deny",
    ]);
    expect(answers[3]).toMatchObject({ rule: "Edit(/src/**)", reason: "The rule Edit(/src/**) allows it." });
    expect(answers[6]).toMatchObject({ nearest: "Edit(/src/**) (user settings)" });
    expect(Object.keys(answers[0]!)).toEqual(["id", "decision", "reason"]);
  });

  it.each<[unknown, string]>([
    [{}, "it must hold a JSON array of cases"],
    [[1], "case 1: a case must be an object"],
    [[{ id: "a", cwd: "x" }], 'case 1 (a): "input" must be an object'],
    [[{ id: "a", input: {}, cwd: "x" }], 'case 1 (a): "cwd" must be an absolute path'],
    [[{ id: "a", input: {}, mode: "no", tool: "Bash" }], 'case 1 (a): There is no permission mode "no"'],
    [[{ id: "a", input: {}, rules: { deny: "x" }, tool: "Bash" }], 'case 1 (a): "rules.deny" must be a list of texts'],
    [[{ id: "a", input: {}, ruleSource: "x", tool: "Bash" }], 'case 1 (a): "ruleSource" must be one of project,'],
    [[{ input: {}, tool: "Bash" }], 'case 1: "id" must be a text'],
  ])("says in one sentence what is wrong with %j", async (content, sentence) => {
    await using shell = await gated();
    const file = join(shell.dir, "cases.json");
    writeFileSync(file, JSON.stringify(content));
    const ran = permissions(shell, ["check"], { cases: file, json: true });
    await expect(ran).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining(sentence) as string });
  });

  it("says that there is no file, and that it is no JSON", async () => {
    await using shell = await gated();
    await expect(permissions(shell, ["check"], { cases: "nowhere" })).rejects.toThrow(/nowhere does not exist\.$/);
    writeFileSync(join(shell.dir, "x"), "[{");
    await expect(permissions(shell, ["check"], { cases: join(shell.dir, "x") })).rejects.toThrow(/is not valid JSON: /);
  });
});

describe("nacre permissions", () => {
  const settings = {
    "permissions.deny": ["Bash(git push *)"],
    "permissions.allow": ["Read(~/x/**)", "Nope((", "Bash(make)"],
  };

  it("lists mode, rules with their origin, folders, and what does not count", async () => {
    await using shell = await gated({ settings });
    const { stdout } = await permissions(shell, []);
    expect(stdout).toContain("Mode: default\n");
    expect(stdout).toMatch(/deny {3}Bash\(git push \*\) {2}permissions\.deny\n/);
    expect(stdout).toContain(`  ${shell.dir}\n`);
    expect(stdout).toContain("the allow rule Nope(( does not count: it is not of the form Tool or Tool(specifier).");
    const json = JSON.parse((await permissions(shell, ["list"], { json: true })).stdout) as object;
    expect(json).toMatchObject({ mode: "default", folders: [shell.dir] });
  });

  it.each([
    ["git push origin", "deny", "Bash(git push *) (permissions.deny)"],
    ["Bash(make)", "allow", "Bash(make) (permissions.allow)"],
    ["Read(.env)", "deny", "can hold secrets"],
    ["Read(a.txt)", "allow", "would be read"],
    ["WebFetch(https://a.test/)", "ask", "Fetching from a.test"],
    ['Grep({"pattern": "x", "path": "/etc"})', "ask", "outside the workspace"],
    ["Nothing", "ask", "is not known to only read"],
  ])("check says what the gate would say of %s: %s", async (text, decision, words) => {
    await using shell = await gated({ settings });
    const { stdout, code } = await permissions(shell, ["check", text]);
    expect(stdout).toContain(`Decision      ${decision}\n`);
    expect(stdout).toContain(words);
    expect(code).toBe(0);
  });

  it.each([[["check"]], [["shake"]], [["list", "x"]], [["check", "Grep({)"]], [["check", "Nothing(x)"]]])(
    "%j is refused with a sentence",
    async (words) => {
      await using shell = await gated();
      await expect(permissions(shell, words)).rejects.toMatchObject({ exitCode: 2 });
    },
  );
});

it("/permissions lists, checks, adds and removes rules of the session", async () => {
  await using shell = await gated({ plugins: ["permissions", idleTools] });
  const command = (await shell.kernel.get("command", "permissions"))!;
  const type = async (args: string): Promise<string> => {
    const answer = await command.run({
      name: "permissions",
      args,
      session: shell.session,
      signal: new AbortController().signal,
    });
    return "answer" in answer ? answer.answer : "";
  };
  expect(await type("")).toContain("Rules: none");
  expect(await type("check npm test")).toContain("Decision      ask");
  expect(await type("allow Bash(npm test)")).toMatch(/allow {2}Bash\(npm test\) {2}session/);
  expect(await type("check npm test")).toContain("Decision      allow");
  expect(await type("remove Bash(npm test)")).toContain("Rules: none");
  await expect(type("remove Bash(npm test)")).rejects.toThrow(/No rule Bash\(npm test\) was added to this session/);
  await expect(type("dance")).rejects.toThrow(/Usage: \/permissions/);
});
