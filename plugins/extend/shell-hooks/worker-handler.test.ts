import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { call, say } from "../../../test/boot.js";
import { notices, pass, ran, until, withHooks } from "./testing.js";

/** A worker in a few lines: answers each message by what the prompt says. */
const WORKER = `
const { createInterface } = require("node:readline");
const { appendFileSync } = require("node:fs");
appendFileSync("starts", process.pid + "\\n");
let count = 0;
createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method, params } = JSON.parse(line);
  appendFileSync("heard", method + " " + id + "\\n");
  if (method !== "hook") return;
  const say = (rest) => process.stdout.write(JSON.stringify({ jsonrpc: "2.0", id, ...rest }) + "\\n");
  const context = { hookEventName: params.hook_event_name, additionalContext: "asked " + ++count };
  switch (params.prompt) {
    case "die": console.error("I am out of here"); return process.exit(3);
    case "hang": return;
    case "flood": return process.stdout.write("x".repeat(3e6));
    case "error": return say({ error: { code: -32000, message: "It went wrong." } });
    case "block": return say({ result: { decision: "block", reason: "No." } });
    case "chatter": console.log("not a message"); console.log("{}"); return say({ result: null });
    default: return say({ result: { hookSpecificOutput: context } });
  }
});
`;

const hooks = (more: object = {}): object => ({
  UserPromptSubmit: [{ hooks: [{ type: "worker", command: process.execPath, args: ["worker.cjs"], ...more }] }],
});
const files = { "worker.cjs": WORKER };
const many = Array.from({ length: 6 }, () => say("ok"));

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

describe("A worker", () => {
  it("is one process, started at first use, that answers every event of the session", async () => {
    await using shell = await withHooks(hooks(), { files, script: many });
    expect(existsSync(join(shell.dir, "starts"))).toBe(false);
    for (const text of ["one", "two", "three"]) await shell.send(text);
    expect(readFileSync(join(shell.dir, "starts"), "utf8").trim().split("\n")).toHaveLength(1);
    expect(JSON.stringify(shell.requests.at(-1)!.messages)).toMatch(/asked 1.*asked 2.*asked 3/);
    expect(ran(shell).at(-1)).toMatchObject({ handler: "worker", outcome: "success" });
  });

  it("refuses with its result, says nothing with null, and may be talkative", async () => {
    await using shell = await withHooks(hooks(), { files, script: many });
    expect(await shell.send("block")).toMatchObject({ reason: "prompt_blocked" });
    expect((await shell.send("chatter")).reason).toBe("completed");
    expect(notices(shell)).toEqual([]);
  });

  it("that answers with an error stops nothing, unless its failure is to", async () => {
    await using shell = await withHooks(hooks(), { files, script: many });
    expect((await shell.send("error")).reason).toBe("completed");
    expect(notices(shell).join()).toContain("It went wrong.");
    await using strict = await withHooks(hooks({ onFailure: "block" }), { files, script: many });
    expect((await strict.send("error")).reason).toBe("prompt_blocked");
  });

  it("that takes too long is told that its answer is no longer wanted, and goes on", async () => {
    await using shell = await withHooks(hooks({ timeout: 1 }), { files, script: many });
    await shell.send("warm up");
    expect((await shell.send("hang")).reason).toBe("completed");
    expect(notices(shell).join()).toContain("it took longer than 1 s");
    await shell.send("again");
    expect(readFileSync(join(shell.dir, "heard"), "utf8").trim().split("\n")).toEqual([
      "hook 1",
      "hook 2",
      expect.stringMatching(/^cancel/),
      "hook 3",
    ]);
    expect(JSON.stringify(shell.requests.at(-1)!.messages)).toContain("asked 3");
  });

  it("that dies is started again, after a pause", async () => {
    await using shell = await withHooks(hooks(), { files, script: many });
    await shell.send("die");
    expect(notices(shell).join()).toContain("the worker is gone: it ended with exit code 3: I am out of here");
    await shell.send("too soon");
    expect(notices(shell).join()).toContain("the worker has died and is started again in 1 s");
    await new Promise((resolve) => setTimeout(resolve, 300));
    await shell.send("hello");
    expect(JSON.stringify(shell.requests.at(-1)!.messages)).toContain("asked 1");
    expect(readFileSync(join(shell.dir, "starts"), "utf8").trim().split("\n")).toHaveLength(2);
  });

  it("that writes a line without end is ended", async () => {
    await using shell = await withHooks(hooks(), { files, script: many });
    await shell.send("flood");
    expect(notices(shell).join()).toContain("it wrote a line of more than 1 MB");
  });

  it("cannot be started where its program is missing, which is said", async () => {
    await using shell = await withHooks(hooks({ command: "/no/such/worker" }), { files, script: many });
    expect((await shell.send("go")).reason).toBe("completed");
    expect(notices(shell).join()).toMatch(/the worker (is gone|could not be started): .*ENOENT/);
  });

  it("is ended with nacre", async () => {
    const shell = await withHooks(hooks(), { files, script: many });
    await shell.send("go");
    const pid = Number(readFileSync(join(shell.dir, "starts"), "utf8"));
    expect(isAlive(pid)).toBe(true);
    await shell[Symbol.asyncDispose]();
    await until(() => !isAlive(pid));
  });

  it("that serves two conversations at once gives each its own answer, whatever else it says (advisory 70)", async () => {
    // Waits for both questions, answers the second first, and answers questions nobody has asked it.
    const worker = `
const { createInterface } = require("node:readline");
const asked = [];
const say = (id, text) => process.stdout.write(JSON.stringify({ jsonrpc: "2.0", id, result:
  { hookSpecificOutput: { hookEventName: "UserPromptSubmit", additionalContext: text } } }) + "\\n");
createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method, params } = JSON.parse(line);
  if (method !== "hook") return;
  asked.push([id, params.prompt]);
  if (asked.length < 2) return;
  for (const other of [0, 7, 99, -1, "1", null]) say(other, "forged");
  for (const [own, prompt] of asked.reverse()) { say(own, "for " + prompt); say(own, "again for " + prompt); }
});`;
    await using shell = await withHooks(hooks(), { files: { "worker.cjs": worker }, script: many });
    const other = await shell.kernel.open({ provider: "test-script" });
    await Promise.all([shell.send("alpha"), other.send("beta")]);
    const words = shell.requests.map(({ messages }) => JSON.stringify(messages));
    expect(words).toHaveLength(2);
    for (const [own, foreign] of [
      ["alpha", "beta"],
      ["beta", "alpha"],
    ] as const) {
      const request = words.find((one) => one.includes(`"${own}"`))!;
      expect(request).toContain(`for ${own}`);
      expect(request).not.toMatch(new RegExp(`forged|again|for ${foreign}`));
    }
  });

  it("serves calls of tools that run together", async () => {
    const both = { PreToolUse: [{ hooks: [{ type: "worker", command: process.execPath, args: ["worker.cjs"] }] }] };
    const script = [[call("Bash", { command: "echo a" }), call("Bash", { command: "echo b" })], say("ok")];
    await using shell = await withHooks(both, { files, plugins: ["bash", pass], script });
    await shell.send("go");
    expect(shell.results().map(({ content }) => content)).toEqual(["a", "b"]);
    expect(
      shell
        .results()
        .flatMap(({ context }) => context)
        .join(),
    ).toMatch(/asked 1.*asked 2/s);
  });
});
