import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { main } from "../../../core/main.js";
import { UserError } from "../../../schemas/errors.js";
import type { SettingSchema } from "../../../schemas/manifest.js";
import { readSettings } from "./read-settings.js";

let base: string;
beforeEach(() => void (base = mkdtempSync(join(tmpdir(), "nacre-claude-"))));
afterEach(() => rmSync(base, { recursive: true, force: true }));

const DECLARED = new Map<string, SettingSchema>([
  ["permissions.allow", { type: "array" }],
  ["api.model", { type: "string" }],
]);

function read(text: string): unknown {
  const file = join(base, "settings.json");
  writeFileSync(file, text);
  return readSettings(file, DECLARED);
}

describe("readSettings", () => {
  it("takes comments and unknown keys, and leaves out what has another type than nacre's", () => {
    const text =
      '{ // x\n "permissions": { "allow": "Read", "deny": ["Bash"] }, "api": "text", "statusLine": {"a": 1}, }';
    expect(read(text)).toEqual({ permissions: { deny: ["Bash"] }, api: "text", statusLine: { a: 1 } });
  });

  it("does not take their mode auto, which a classifier decides, for nacre's, which asks nobody", () => {
    expect(read('{"permissions": {"defaultMode": "auto", "allow": ["Read"]}}')).toEqual({
      permissions: { allow: ["Read"] },
    });
    expect(read('{"permissions": {"defaultMode": "plan"}}')).toEqual({ permissions: { defaultMode: "plan" } });
  });

  it.each([
    ["{\n  oops", /settings\.json:2:3: not valid JSON/],
    ["[]", /must be an object/],
  ])("names the place of what is wrong in %j", (text, sentence) => {
    expect(() => read(text)).toThrow(UserError);
    expect(() => read(text)).toThrow(sentence);
  });

  it("lets nobody set a prototype", () => {
    const value = read('{"__proto__": {"polluted": true}, "a": 1}') as Record<string, unknown>;
    expect(value).toEqual({ a: 1 });
    expect(value["polluted"]).toBeUndefined();
  });
});

describe("settings of .claude", () => {
  async function explain(key: string): Promise<string> {
    const stdout = new PassThrough();
    const chunks: Buffer[] = [];
    stdout.on("data", (chunk: Buffer) => void chunks.push(chunk));
    const io = { stdin: new PassThrough(), stdout, stderr: new PassThrough() };
    const env = { PATH: process.env["PATH"], HOME: base, NACRE_HOME: join(base, ".nacre") };
    await main(["--cwd", join(base, "work"), "config", "explain", key, "--json"], { io, env, version: "1.2.3" });
    return Buffer.concat(chunks).toString("utf8");
  }

  function write(path: string, text: string): void {
    mkdirSync(join(base, path, ".."), { recursive: true });
    writeFileSync(join(base, path), text);
  }

  it("stand just below nacre's of the same level", async () => {
    write("work/.git/HEAD", "");
    write(".claude/settings.json", '{"permissions": {"deny": ["A"], "defaultMode": "plan"}}');
    write(".nacre/config.toml", '[permissions]\ndeny = ["B"]\ndefaultMode = "acceptEdits"\n');
    write("work/.claude/settings.json", '{"permissions": {"deny": ["C"]}}');
    write("work/.claude/settings.local.json", '{"permissions": {"deny": ["D"]}}');
    const deny = await explain("permissions.deny");
    const order = [...deny.matchAll(/[^"]*(?:settings(?:\.local)?\.json|config\.toml)/g)].map(([file]) => file);
    const names = order.map((file) => file.slice(file.indexOf(base) + base.length + 1).replace(/:\d+.*$/, ""));
    // The strongest first.
    expect(names).toEqual([
      "work/.claude/settings.local.json",
      "work/.claude/settings.json",
      ".nacre/config.toml",
      ".claude/settings.json",
    ]);
    expect(await explain("permissions.defaultMode")).toMatch(/"value": "acceptEdits"/);
  });
});
