import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { call, say } from "../../../test/boot.js";
import { HOOK_EVENTS } from "../hook-file.js";
import { EVENTS } from "./events.js";
import { command, json, kept, keeping, lastText, own, pass, ran, withHooks } from "./testing.js";

const ECHO = call("Bash", { command: "echo a" }, "c1");

describe("SessionStart", () => {
  it("fires with where the session comes from, and tells the model plain words and context", async () => {
    const hooks = {
      SessionStart: [...command(`${keeping("in")}; echo plain words`), ...command("echo no", {}, "resume")],
    };
    await using shell = await withHooks(hooks, { script: [say("ok")] });
    await shell.send("go");
    expect(kept(shell, "in")).toMatchObject([
      { hook_event_name: "SessionStart", source: "startup", model: "script-1" },
    ]);
    expect(lastText(shell)).toContain("SessionStart hook: plain words");
    expect(ran(shell)).toHaveLength(1);
  });

  it("names the session, says something first, and can keep it from beginning", async () => {
    const output = {
      ...own("SessionStart", { sessionTitle: "Mine", initialUserMessage: "First this." }),
      continue: false,
      stopReason: "No.",
    };
    await using shell = await withHooks(
      { SessionStart: command(json(output)) },
      { script: [], session: { headless: true } },
    );
    expect(shell.session.name).toBe("Mine");
    expect(JSON.stringify(shell.session.messages)).toContain("First this.");
    expect(await shell.send("go")).toMatchObject({ reason: "hook_stopped", message: "No." });
  });
});

describe("Setup", () => {
  it("fires first in a run with --init, and in no other", async () => {
    const hooks = { Setup: command(keeping("in"), {}, "init"), SessionStart: command(keeping("in")) };
    await using shell = await withHooks(hooks, { settings: { setup_hooks: "init" } });
    expect(kept(shell, "in").map((one) => [one["hook_event_name"], one["trigger"]])).toEqual([
      ["Setup", "init"],
      ["SessionStart", undefined],
    ]);
    await using other = await withHooks(hooks);
    expect(ran(other).map(({ event }) => event)).toEqual(["SessionStart"]);
  });
});

describe("SubagentStart and SubagentStop", () => {
  it("fire in the place of SessionStart and Stop in a session that works for another one", async () => {
    const hooks = {
      SubagentStart: command(
        `${keeping("in")}; ${json(own("SubagentStart", { additionalContext: "You are watched." }))}`,
        {},
        "explorer",
      ),
      SubagentStop: command(
        `${keeping("in")}; [ -e once ] || { touch once; echo deeper >&2; exit 2; }`,
        {},
        "explorer",
      ),
      SessionStart: command(keeping("main")),
      Stop: command(keeping("main")),
      PreToolUse: command(keeping("in")),
    };
    const script = [ECHO, say("found"), say("found more")];
    await using shell = await withHooks(hooks, { plugins: ["bash", pass], script });
    const agent = { id: "a1", type: "explorer", of: shell.session };
    const child = await shell.kernel.open({ provider: "test-script", agent, headless: true });
    await child.send("look");
    await child.close();
    const seen = kept(shell, "in");
    expect(seen.map((one) => one["hook_event_name"])).toEqual([
      "SubagentStart",
      "PreToolUse",
      "SubagentStop",
      "SubagentStop",
    ]);
    expect(new Set(seen.map((one) => `${String(one["agent_id"])} ${String(one["agent_type"])}`))).toEqual(
      new Set(["a1 explorer"]),
    );
    expect(seen.at(-1)).toMatchObject({
      stop_hook_active: true,
      last_assistant_message: "found more",
      agent_transcript_path: "",
    });
    expect(JSON.stringify(shell.requests[0]!.messages)).toContain("You are watched.");
    expect(kept(shell, "main").map((one) => one["hook_event_name"])).toEqual(["SessionStart"]);
  });
});

describe("SessionEnd", () => {
  it("fires when the session is closed, and is waited for at most 1.5 s", async () => {
    const file = join("/tmp", `nacre-session-end-${process.pid}`);
    const hooks = { SessionEnd: [...command(`cat > ${file}`, {}, "other"), ...command("sleep 30")] };
    const shell = await withHooks(hooks, { session: { headless: true } });
    const started = performance.now();
    await shell[Symbol.asyncDispose]();
    expect(performance.now() - started).toBeGreaterThan(1_400);
    expect(performance.now() - started).toBeLessThan(4_000);
    const { readFileSync, rmSync } = await import("node:fs");
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ hook_event_name: "SessionEnd", reason: "other" });
    rmSync(file);
  });
});

it("agrees with the table of events in the documentation", () => {
  const docs = readFileSync("docs/hooks.md", "utf8");
  const [, fired = ""] = /## Events\n([^]*?)\nKnown, and never/.exec(docs) ?? [];
  const [, never = ""] = /Known, and never fired yet: ([^]*?)\n\n/.exec(docs) ?? [];
  const rows = [...fired.matchAll(/^\| ([A-Z][A-Za-z]+) +\|/gm)]
    .map(([, name]) => name)
    .filter((name) => name !== "Event");
  const [missing, firing] = [
    [...EVENTS].filter(([, facts]) => facts.missing),
    [...EVENTS].filter(([, facts]) => !facts.missing),
  ];
  expect(rows.toSorted()).toEqual(firing.map(([name]) => name).toSorted());
  expect(missing.map(([name]) => name).filter((name) => !never.includes(name))).toEqual([]);
  expect(rows.filter((name) => never.includes(`${name},`) || never.includes(`${name} (`))).toEqual([]);
});

it("knows every event that readers of hook files know", () => {
  expect([...EVENTS.keys()].toSorted()).toEqual([...HOOK_EVENTS].toSorted());
});
