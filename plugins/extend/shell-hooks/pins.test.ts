import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Hook } from "./hook.js";
import { Pins } from "./pins.js";

let dir: string;
beforeEach(() => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), "nacre-pins-")));
  mkdirSync(join(dir, ".git"));
  writeFileSync(join(dir, "check.sh"), "exit 0\n");
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const hook = (file: string): Hook => ({
  event: "PreToolUse",
  handler: { type: "command", command: "sh check.sh" },
  source: { kind: "settings", label: "project", file },
  matches: () => true,
});
const pins = (): Pins => new Pins({ cwd: dir, home: join(dir, "home") });

describe("What a hook of a project runs", () => {
  it("is the same as long as nobody touches it", () => {
    const all = pins();
    all.take([hook(join(dir, "settings.json"))]);
    expect(all.changed(hook(join(dir, "settings.json")))).toBe(false);
  });

  it("is another program once somebody writes to it, also where the hooks are read again after that", () => {
    const all = pins();
    const mine = hook(join(dir, "settings.json"));
    all.take([mine]);
    writeFileSync(join(dir, "check.sh"), "exit 1\n");
    all.take([mine]);
    expect(all.changed(mine)).toBe(true);
  });

  it("may change where the hook is the user's own", () => {
    const all = pins();
    const own = hook("/elsewhere/settings.json");
    all.take([own]);
    writeFileSync(join(dir, "check.sh"), "exit 1\n");
    expect(all.changed(own)).toBe(false);
  });
});
