import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "../check.js";
import { afterAll, describe, it } from "vitest";
import { readFolder as readAgentPlugin } from "../../plugins/extend/agent-plugins/read-folder.js";
import { readFolder as readClaude } from "../../plugins/extend/claude/read-folder.js";
import { readFolder as readGemini } from "../../plugins/extend/gemini/read-folder.js";
import { isObject } from "../../schemas/json.js";
import type { Package } from "../../schemas/parts.js";
import { anyChanges, anyJson, changed, fuzz, KEYS } from "./fuzz.js";

const base = mkdtempSync(join(tmpdir(), "nacre-fuzz-"));
afterAll(() => rmSync(base, { recursive: true }));

const kinds = ["command", "skill", "agent", "hook", "server"].map((name) => ({ name, folder: `${name}s` }));
const context = { kinds, fallbackName: "fallback", version: "1.0.0" };

const FORMATS = [
  { name: "Agent Plugins", file: "plugin.json", read: (dir: string): Package => readAgentPlugin(dir, context) },
  { name: "Claude", file: ".claude-plugin/plugin.json", read: (dir: string): Package => readClaude(dir, context) },
  { name: "Gemini", file: "gemini-extension.json", read: (dir: string): Package => readGemini(dir, context) },
];

const LINES = [
  "{",
  '"name": "probe", "version": "1.0.0", "description": "d",',
  '"author": { "name": "a" },',
  '"commands": ["./commands/"], "skills": "./skills",',
  '"hooks": { "Stop": [{ "hooks": [{ "type": "command", "command": "true" }] }] },',
  '"mcpServers": { "s": { "command": "x", "args": ["a"] } },',
  '"contextFileName": "A.md",',
  '"extensions": { "dev.nacre": { "main": "index.ts", "provides": { "tool": [{ "name": "T" }] } } }',
  "}",
];

const key = fc.oneof(
  fc.constantFrom(
    "name",
    "version",
    "commands",
    "skills",
    "agents",
    "hooks",
    "mcpServers",
    "lspServers",
    "extensions",
    "$schema",
    "requires",
    "dev.nacre",
    "userConfig",
    ...KEYS,
  ),
  fc.string({ maxLength: 6 }),
);
const paths = fc.constantFrom(
  "../../etc",
  "/etc/passwd",
  "./",
  ".",
  "",
  "a\0b",
  "~",
  "./a/../../b",
  "C:\\x",
  "-x",
  "./plugin.json",
);
const value = fc.oneof(anyJson, paths, fc.array(paths, { maxLength: 2 }), fc.dictionary(key, anyJson, { maxKeys: 3 }));
const junk = fc.oneof(
  fc.tuple(key, value).map(([name, one]) => `${JSON.stringify(name)}: ${JSON.stringify(one)},`),
  fc.string({ maxLength: 12 }),
  fc.constant('"$schema": "https://agent-plugins.org/schemas/1.0/plugin.json",'),
  fc.constantFrom(
    '"$schema": "https://agent-plugins.org/schemas/1.0/plugin.json",',
    "\uFEFF",
    "// c\n",
    "/*",
    ",",
    "}",
    "{",
    "[".repeat(500),
    '{"a":'.repeat(500),
    "\0",
    "null",
    "[]",
  ),
);

describe.each(FORMATS)("Any manifest of the format $name", ({ file, read }) => {
  it("is a package or a broken one that says why, and never leads out of its folder, in 2,000 cases", async () => {
    const dir = mkdtempSync(join(base, "p-"));
    const path = join(dir, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(join(dir, "index.ts"), "");
    for (const folder of ["commands", "skills"]) mkdirSync(join(dir, folder));
    await fuzz(2_000, anyChanges(junk, 4), (changes) => {
      writeFileSync(path, changed(LINES, changes).join("\n"));
      const found = read(dir);
      assert.match(found.name, /^[^\p{Cc}/\\]{1,200}$/u);
      assert(isObject(found.fields) && isObject(found.manifest));
      assert(found.usable || found.problems.length > 0);
      for (const { message } of found.problems) assert(message.length > 0);
      for (const places of Object.values(found.places)) {
        for (const place of places) {
          assert(
            place.path === undefined || place.path === dir || place.path.startsWith(`${dir}/`),
            String(place.path),
          );
        }
      }
      if (changes.length === 0) assert.equal(found.usable, true);
    });
  });
});
