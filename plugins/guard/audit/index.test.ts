import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { builtins } from "nacre:builtins";
import { describe, expect, it } from "vitest";
import { boot, call, say, type Shell } from "../../../test/boot.js";
import type { Plugin } from "../../../core/types.js";
import type { Decision } from "../../../schemas/decision.js";
import type { JsonObject } from "../../../schemas/json.js";
import { canonical, sha256 } from "./canonical.js";
import { headText } from "./chain.js";

const ON = { "audit.enabled": true };

/** Runs `nacre audit ...words`. */
async function audit(shell: Shell, ...words: readonly string[]): Promise<{ code: number; text: string }> {
  let text = "";
  const stream = { write: (part: string) => ((text += part), true), isTTY: false };
  const subcommand = (await shell.kernel.get("subcommand", "audit"))!;
  const flags = Object.fromEntries(words.filter((word) => word.startsWith("--")).map((word) => flagOf(word)));
  const positionals = words.filter((word) => !word.startsWith("--"));
  const io = { stdin: process.stdin, stdout: stream, stderr: stream } as never;
  const code = await subcommand.run({ flags, positionals, io });
  return { code, text };
}

function flagOf(word: string): [string, string | boolean] {
  const [name = "", value] = word.slice(2).split("=");
  return [name, value ?? true];
}

const dirOf = (shell: Shell): string => join(shell.home, "audit");
const logOf = (shell: Shell): string =>
  join(
    dirOf(shell),
    readdirSync(dirOf(shell)).find((name) => name.endsWith(".jsonl") && name !== "index.jsonl")!,
  );
const recordsIn = (path: string): JsonObject[] =>
  readFileSync(path, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as JsonObject);

/** Refuses to write, as a rule would. */
const gate: Plugin = {
  name: "gate",
  setup: (ctx) =>
    ctx.tap("PreToolUse", async (pending) => {
      const reads = pending.call.name !== "Write";
      const decision: Decision = reads
        ? { behavior: "allow", reason: "It only reads." }
        : { behavior: "deny", reason: "A rule forbids it.", rule: "Write", origin: "user settings:3" };
      return { ...pending, decision };
    }),
};

async function session(): Promise<Shell> {
  const script = [
    call("Read", { file_path: "a.txt" }, "c1"),
    call("Write", { file_path: "b.txt", content: "x".repeat(3000) }, "c2"),
    say("done"),
  ];
  const files = { "a.txt": "what is in it\n" };
  const shell = await boot({ plugins: ["audit", "read", "write", gate], script, files, settings: ON });
  await shell.send("please look");
  return shell;
}

describe("The audit log", () => {
  it("tells prompts, decisions with their rules, calls, and results by size and hash", async () => {
    await using shell = await session();
    const records = recordsIn(logOf(shell));
    expect(records.map(({ type }) => type)).toEqual([
      "start",
      "settings",
      "prompt",
      "call",
      "result",
      "refusal",
      "end",
    ]);
    const [start, settings, prompt, made, result, refusal] = records;
    expect(start).toMatchObject({ seq: 1, session: shell.session.id, root: shell.dir, prev: "0".repeat(64) });
    expect(settings).toMatchObject({
      layers: expect.arrayContaining([expect.objectContaining({ name: "flag" })]) as object,
    });
    expect(prompt).toMatchObject({ origin: "user", text: "please look", chars: 11 });
    expect(made).toMatchObject({
      tool: "Read",
      input: { file_path: "a.txt" },
      decision: { behavior: "allow", by: "gate" },
    });
    const content = shell.result(0).content as string;
    expect(result).toMatchObject({ tool: "Read", chars: content.length, sha256: sha256(content) });
    expect(result).not.toHaveProperty("text");
    expect(refusal).toMatchObject({ tool: "Write", decision: { behavior: "deny", rule: "Write" } });
    expect(await audit(shell, "verify")).toMatchObject({
      code: 0,
      text: expect.stringMatching(/^Nothing is changed: 2 files/),
    });
  });

  it("is for its owner alone, and is not there at all unless it was switched on", async () => {
    await using shell = await session();
    const modes = readdirSync(dirOf(shell)).map((name) => statSync(join(dirOf(shell), name)).mode & 0o777);
    expect([statSync(dirOf(shell)).mode & 0o777, ...new Set(modes)]).toEqual([0o700, 0o600]);
    await using off = await boot({ plugins: ["audit"], script: [say("x")], settings: { "audit.enabled": false } });
    await off.send("hi");
    expect(existsSync(dirOf(off))).toBe(false);
    expect(await audit(off, "verify")).toMatchObject({
      code: 0,
      text: expect.stringMatching(/^There is no audit log/),
    });
  });

  it("holds what tools answered only where that was asked for", async () => {
    const script = [call("Read", { file_path: "a.txt" }), say("done")];
    const settings = { ...ON, "audit.contents": true };
    await using shell = await boot({ plugins: ["audit", "read"], script, settings, files: { "a.txt": "word\n" } });
    await shell.send("go");
    expect(recordsIn(logOf(shell)).find(({ type }) => type === "result")).toMatchObject({
      text: expect.stringMatching(/word/),
    });
  });

  it("can be switched on by a project, and not off", async () => {
    const from = (name: "user" | "project", enabled: boolean): object => ({
      name,
      source: name,
      values: { audit: { enabled } },
    });
    for (const [layers, exists] of [
      [[from("user", true), from("project", false)], true],
      [[from("project", true)], true],
      [[from("user", false), from("project", false)], false],
    ] as const) {
      const later = { name: "later", setup: () => {} };
      await using shell = await boot({ plugins: [later], script: [say("x"), say("y")] });
      for (const layer of layers) (shell.kernel.settings as unknown as { add(layer: object): void }).add(layer);
      await shell.kernel.load(builtins.find(({ name }) => name === "audit")!);
      const other = await shell.kernel.open({ provider: "test-script" });
      await other.send("hi");
      expect(existsSync(dirOf(shell)), JSON.stringify(layers)).toBe(exists);
    }
  });

  it("tells of changes of mode and model, of agents' calls in the session's own file, and ends with its end", async () => {
    await using shell = await session();
    shell.session.setModel("another");
    shell.session.emit({ type: "change", at: 1, mode: "plan" });
    const notice = {
      type: "notice",
      at: 1,
      level: "warning",
      text: "The sandbox refused a write.",
      plugin: "sandbox",
    } as const;
    shell.session.emit(notice);
    const child = await shell.kernel.open({
      provider: "test-script",
      agent: { id: "a1", type: "scout", of: shell.session },
    });
    await child.close();
    const path = logOf(shell);
    expect(recordsIn(path)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ type: "change", model: "another" }),
        expect.objectContaining({ type: "change", mode: "plan" }),
        expect.objectContaining({ type: "notice", plugin: "sandbox", text: notice.text }),
        expect.objectContaining({ type: "start", agent: { id: "a1", type: "scout" } }),
      ]),
    );
    await shell.session.close();
    expect(recordsIn(join(dirOf(shell), "index.jsonl")).map(({ type }) => type)).toEqual(["open", "close"]);
    expect(await audit(shell, "verify")).toMatchObject({ code: 0 });
  });

  it("holds no key, in whatever it tells (advisory 13)", async () => {
    const key = ["ghp", "_", "a1B2".repeat(9)].join("");
    const script = [call("Bash", { command: `echo ${key}` }), say("done")];
    await using shell = await boot({ plugins: ["audit", "bash"], script, settings: { ...ON, "audit.contents": true } });
    await shell.send(`use ${key}`);
    const text = readFileSync(logOf(shell), "utf8");
    expect(text).toContain("echo ***");
    expect(text).not.toContain(key);
  });

  it("says once that it cannot be written, and the session goes on", async () => {
    await using shell = await boot({
      plugins: ["audit"],
      script: [say("one"), say("two")],
      settings: ON,
      files: { "~/.nacre/audit": "in the way" },
    });
    expect(await shell.send("go")).toMatchObject({ reason: "completed" });
    expect(await shell.send("again")).toMatchObject({ reason: "completed" });
    const said = shell.events.filter((event) => event.type === "notice");
    expect(said).toHaveLength(1);
    expect(said[0]).toMatchObject({
      level: "error",
      text: expect.stringMatching(/^The audit log in .* cannot be written/),
    });
  });
});

describe("nacre audit verify", () => {
  const linesOf = (path: string): string[] => readFileSync(path, "utf8").split("\n").slice(0, -1);
  const put = (path: string, lines: readonly string[]): void =>
    writeFileSync(path, lines.map((line) => `${line}\n`).join(""));
  /** The same record with something else in it, and a hash that fits. */
  const forged = (line: string): string => {
    const { hash: _, ...rest } = { ...(JSON.parse(line) as JsonObject), text: "forged" } as JsonObject;
    return canonical({ ...rest, hash: sha256(canonical(rest)) });
  };

  it.each<[string, (lines: string[]) => readonly string[], number, string]>([
    ["changed", (lines) => lines.with(2, lines[2]!.replace("please look", "please lose")), 3, "changed"],
    ["changed together with its hash", (lines) => lines.with(2, forged(lines[2]!)), 4, "changed"],
    [
      "changed together with its hash at the end",
      (lines) => [...lines.slice(0, -1), forged(lines.at(-1)!)],
      7,
      "changed",
    ],
    ["written differently", (lines) => lines.with(2, lines[2]!.replace("{", "{ ")), 3, "changed"],
    ["replaced by something else", (lines) => lines.with(3, "{}"), 4, "changed"],
    ["replaced by no JSON", (lines) => lines.with(3, "\u0000"), 4, "changed"],
    ["removed", (lines) => lines.toSpliced(3, 1), 4, "removed"],
    ["removed from the beginning", (lines) => lines.slice(2), 1, "removed"],
    ["swapped with the next", (lines) => lines.with(2, lines[3]!).with(3, lines[2]!), 3, "moved"],
    ["written twice", (lines) => lines.toSpliced(3, 0, lines[2]!), 4, "moved"],
    ["cut off at the end", (lines) => lines.slice(0, -2), 6, "truncated"],
    ["taken away with all others", () => [], 1, "truncated"],
    ["added", (lines) => [...lines, lines.at(-1)!], 8, "moved"],
  ])("names the first line where one was %s", async (_, tamper, line, kind) => {
    await using shell = await session();
    const path = logOf(shell);
    put(path, tamper(linesOf(path)));
    const { code, text } = await audit(shell, "verify", "--json");
    expect(code).toBe(1);
    const { ok, files } = JSON.parse(text) as { ok: boolean; files: { file: string; ok: boolean }[] };
    expect(ok).toBe(false);
    expect(files.filter((file) => !file.ok)).toEqual([expect.objectContaining({ line, kind })]);
    expect((await audit(shell, "verify")).text).toMatch(
      new RegExp(`\\.jsonl:${line}: ${kind}: .*\\nThe audit log is not`),
    );
  });

  it.each<[string, (shell: Shell) => void]>([
    [
      "the last line was cut in half",
      (shell) => writeFileSync(logOf(shell), readFileSync(logOf(shell), "utf8").slice(0, -20)),
    ],
    ["a file is gone", (shell) => rmSync(logOf(shell))],
    ["a head is gone", (shell) => rmSync(`${logOf(shell)}.head`)],
    ["the index is gone", (shell) => rmSync(join(dirOf(shell), "index.jsonl"))],
    ["the index was cut", (shell) => put(join(dirOf(shell), "index.jsonl"), [])],
    ["a pipe was put in the place of a file", (shell) => pipeAt(logOf(shell))],
    ["a pipe was put there", (shell) => pipeAt(join(dirOf(shell), "2020.jsonl"))],
    ["a folder was put there", (shell) => mkdirSync(join(dirOf(shell), "2020.jsonl"))],
    ["a file was put there", (shell) => writeFileSync(join(dirOf(shell), "2020.jsonl"), "{}\n")],
    [
      "a closed file was cut together with its head",
      (shell) => {
        const lines = linesOf(logOf(shell)).slice(0, -1);
        put(logOf(shell), lines);
        const { hash, seq } = JSON.parse(lines.at(-1)!) as JsonObject;
        writeFileSync(`${logOf(shell)}.head`, headText({ hash: String(hash), lines: Number(seq) }));
      },
    ],
  ])("sees that %s", async (_, tamper) => {
    await using shell = await session();
    await shell.session.close();
    expect(await audit(shell, "verify")).toMatchObject({ code: 0 });
    tamper(shell);
    expect(await audit(shell, "verify")).toMatchObject({ code: 1 });
    expect(await audit(shell, "show")).toMatchObject({ code: 0 });
  });
});

function pipeAt(path: string): void {
  rmSync(path, { force: true });
  execFileSync("mkfifo", [path]);
}

describe("nacre audit show", () => {
  it("shows records of a session and from a time on, for people and as JSON", async () => {
    await using shell = await session();
    const { text } = await audit(shell, "show", `--session=${shell.session.id.slice(0, 6)}`);
    expect(text).toMatch(/prompt {4}user: please look\n.*call {6}Read \{"file_path":"a\.txt"\} \(allow, gate\)/);
    expect(text).toMatch(/refusal {3}Write \(deny, Write, user settings:3, gate\)/);
    const json = (await audit(shell, "show", "--json", "--since=1h")).text.trimEnd().split("\n");
    expect(json.map((line) => (JSON.parse(line) as JsonObject)["seq"])).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect((await audit(shell, "show", "--session=none")).text).toMatch(/^Nothing is written/);
    expect((await audit(shell, "show", "--since=2999-01-01", "--json")).text).toBe("");
    await expect(audit(shell, "show", "--since=soon")).rejects.toThrow(/--since takes a time/);
    await expect(audit(shell, "burn")).rejects.toThrow(/Say what to do/);
  });
});
