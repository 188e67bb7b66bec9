import { describe, expect, it } from "vitest";
import type { Handler, Hook } from "./hook.js";
import type { Outcome, Raw } from "./outcome.js";
import { readOutcome } from "./read-outcome.js";

function read(
  event: string,
  raw: Partial<Raw>,
  handler: Partial<Handler> = {},
  kind: Hook["source"]["kind"] = "settings",
): Outcome {
  const source = { kind, label: "settings", file: "f" };
  const hook: Hook = { event, handler: { type: "command", command: "./x", ...handler }, source, matches: () => true };
  const whole: Raw = { exitCode: 0, stdout: "", stderr: "", ...raw };
  return readOutcome({ hook, event, name: event, raw: whole, clip: (text) => text });
}

describe("Exit code 0", () => {
  it.each([
    ["UserPromptSubmit", "words"],
    ["UserPromptExpansion", "words"],
    ["SessionStart", "words"],
    ["PostModelSwitch", "words"],
    ["PreToolUse", undefined],
    ["Stop", undefined],
    ["PostToolUse", undefined],
  ])("makes plain words context of %s: %s", (event, context) => {
    expect(read(event, { stdout: "words\n" }).context).toBe(context);
  });

  it.each([
    ["[1]"],
    ['"text"'],
    ['{"a":1} and more'],
    ["{ not closed"],
    ['{"level":"info"}\n{"level":"warn"}'],
    ["{}{"],
  ])("takes %s as plain text", (stdout) => {
    expect(read("UserPromptSubmit", { stdout })).toMatchObject({ result: "success", context: stdout });
  });

  it.each([
    ["{a:1}", /not valid JSON/],
    ['{"decision":"block"}\n{"x":1}', /not valid JSON/],
    ['{"continue":"no"}', /"continue" cannot be "no"/],
    ['{"decision":"maybe"}', /"decision" cannot be "maybe"/],
    ['{"hookSpecificOutput":{"additionalContext":"x"}}', /"hookSpecificOutput.hookEventName" must be "PreToolUse"/],
    ['{"hookSpecificOutput":{"hookEventName":"Stop"}}', /must be "PreToolUse", not "Stop"/],
    [
      '{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"yes"}}',
      /permissionDecision" cannot be "yes"/,
    ],
    ['{"hookSpecificOutput":{"hookEventName":"PreToolUse","updatedInput":[]}}', /updatedInput" cannot be \[\]/],
  ])("does not count with %s", (stdout, problem) => {
    const outcome = read("PreToolUse", { stdout });
    expect(outcome).toMatchObject({ result: "error", goesOn: true });
    expect(outcome.problem).toMatch(problem);
    expect(outcome.block).toBeUndefined();
    expect(read("PreToolUse", { stdout }, { onFailure: "block" }).block).toMatch(problem);
  });

  it("leaves unknown fields alone", () => {
    expect(read("PreToolUse", { stdout: '{"suppressOutput":true,"mine":1}' })).toMatchObject({ result: "success" });
  });
});

describe("Exit code 2", () => {
  it.each([
    ["PreToolUse", "PreToolUse hook error: [./x]: why"],
    ["PostToolUse", "PostToolUse hook error: [./x]: why"],
    ["UserPromptSubmit", "why"],
    ["Stop", "why"],
    ["SubagentStop", "why"],
    ["PostToolBatch", "why"],
    ["ConfigChange", "why"],
  ])("blocks %s", (event, block) => {
    expect(read(event, { exitCode: 2, stderr: "why\n" })).toMatchObject({ result: "error", block });
  });

  it.each([["SessionStart"], ["SubagentStart"], ["SessionEnd"], ["CwdChanged"], ["FileChanged"], ["PostModelSwitch"]])(
    "is for the person alone on %s",
    (event) => {
      const outcome = read(event, { exitCode: 2, stderr: "why" });
      expect(outcome.block).toBeUndefined();
      expect(outcome.problem).toContain("why");
    },
  );

  it.each([
    ["PermissionRequest"],
    ["Notification"],
    ["StopFailure"],
    ["InstructionsLoaded"],
    ["MessageDisplay"],
    ["Setup"],
  ])("does nothing on %s", (event) => {
    const outcome = read(event, { exitCode: 2, stderr: "why" });
    expect([outcome.block, outcome.problem]).toEqual([undefined, undefined]);
  });

  it("cannot be undone by what is said beside it, which still counts", () => {
    const own = { hookEventName: "PreToolUse", permissionDecision: "allow", additionalContext: "more" };
    const outcome = read("PreToolUse", {
      exitCode: 2,
      stderr: "why",
      stdout: JSON.stringify({ hookSpecificOutput: own, systemMessage: "m" }),
    });
    expect(outcome).toMatchObject({ context: "more", systemMessage: "m", block: expect.stringContaining("why") });
    expect(outcome.permission).toBeUndefined();
  });

  it("blocks with broken JSON as well", () => {
    expect(read("Stop", { exitCode: 2, stdout: "{a}", stderr: "why" }).block).toBe("why");
  });

  it.each([
    ["Stop", "settings", undefined],
    ["SubagentStop", "settings", undefined],
    ["UserPromptSubmit", "plugin", undefined],
    ["UserPromptSubmit", "settings", "sh: x: No such file or directory"],
  ] as const)("of a script that is missing does not trap the model: %s of %s", (event, kind, block) => {
    expect(read(event, { exitCode: 2, stderr: "sh: x: No such file or directory" }, {}, kind).block).toBe(block);
  });
});

describe("Other exit codes", () => {
  it("are told and stop nothing", () => {
    const outcome = read("PreToolUse", { exitCode: 1, stdout: "text", stderr: "first\nsecond" });
    expect(outcome).toMatchObject({
      result: "error",
      problem: "PreToolUse hook error\nFailed with non-blocking status code: first",
    });
    expect(outcome.block).toBeUndefined();
  });

  it("do not matter where there is JSON, unless a failure is to block", () => {
    const stdout = '{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"allow"}}';
    expect(read("PreToolUse", { exitCode: 1, stdout })).toMatchObject({ permission: { behavior: "allow" } });
    expect(read("PreToolUse", { exitCode: 1, stdout }, { onFailure: "block" }).block).toContain("status code 1");
  });

  it("block with onFailure, but never what would keep the model going, nor in the background", () => {
    const block = { onFailure: "block" } as const;
    expect(read("UserPromptSubmit", { exitCode: 1, stderr: "bad" }, block).block).toBe("bad");
    expect(read("Stop", { exitCode: 1, stderr: "bad" }, block).block).toBeUndefined();
    expect(read("UserPromptSubmit", { exitCode: 1 }, { ...block, async: true }).block).toBeUndefined();
    expect(read("PermissionRequest", { exitCode: 1, stderr: "bad" }, block).own).toEqual({
      decision: { behavior: "deny", message: "bad" },
    });
  });
});
