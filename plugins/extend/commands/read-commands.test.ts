import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Package, PartPlace } from "../../../schemas/parts.js";
import { readCommands } from "./read-commands.js";

let dir = "";
beforeEach(() => void (dir = realpathSync(mkdtempSync(join(tmpdir(), "nacre-commands-")))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function write(files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
}

function packageAt(strict = false): Package {
  const base = { name: "demo", dir, format: "plain", state: "none", usable: true, strict } as const;
  return { ...base, manifest: { name: "demo" }, fields: {}, places: {}, problems: [], files: [] };
}

async function read(...places: readonly PartPlace[]): Promise<{ names: string[]; codes: string[] }> {
  const { parts, problems } = await readCommands(places, packageAt());
  return { names: parts.map(({ name }) => name), codes: problems.map(({ code }) => code) };
}

it("finds Markdown and TOML files at any depth, and nothing else", async () => {
  write({
    "commands/a.md": "a",
    "commands/x/y/b.toml": 'prompt = "b"',
    "commands/c.txt": "c",
    "commands/.h/d.md": "d",
  });
  expect(await read({ path: join(dir, "commands") })).toEqual({ names: ["a", "x:y:b"], codes: [] });
});

it("loses one file to a fault and never its siblings", async () => {
  write({ "commands/a.md": "a", "commands/b.toml": "prompt = ", "commands/c.toml": "x = 1", "commands/d.md": "\0" });
  symlinkSync("/etc/hostname", join(dir, "commands/out.md"));
  const { names, codes } = await read({ path: join(dir, "commands") });
  expect(names).toEqual(["a"]);
  expect(codes.sort()).toEqual(["no-prompt", "not-text", "not-toml", "path-escapes"]);
});

it("takes files and folders that are named one by one, each once, and says what is not there", async () => {
  write({ "one.md": "1", "more/two.md": "2", "notes.txt": "n" });
  const places = ["one.md", "more", "more/two.md", "gone.md", "notes.txt"].map((path) => ({ path: join(dir, path) }));
  const { names, codes } = await read(...places, { path: join(dir, "maybe"), optional: true });
  expect(names).toEqual(["one", "two"]);
  expect(codes).toEqual(["missing", "wrong-kind"]);
});

it("takes a table of commands, and keeps each inside of the plugin", async () => {
  write({ "docs/go.md": "---\ndescription: Goes\n---\nGo" });
  const value = {
    go: { source: "./docs/go.md", description: "Really goes" },
    say: { content: "Say $ARGUMENTS", argumentHint: "WORDS" },
    out: { source: "../../etc/hostname" },
    both: { source: "./docs/go.md", content: "x" },
    none: 3,
  };
  const { parts, problems } = await readCommands([{ value, from: join(dir, "plugin.json") }], packageAt());
  expect(parts).toMatchObject([
    { name: "go", data: { description: "Really goes" }, file: join(dir, "docs/go.md") },
    { name: "say", data: { content: "Say $ARGUMENTS", argumentHint: "WORDS" } },
  ]);
  expect(problems.map(({ code }) => code)).toEqual(["command-entry", "command-entry", "command-entry"]);
});
