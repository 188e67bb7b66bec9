import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Package, PartPlace, PartsFound } from "../../../schemas/parts.js";
import { boot } from "../../../test/boot.js";

let dir = "";
beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), "nacre-agents-"))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
}

async function read(
  places: readonly PartPlace[] = [{ path: join(dir, "agents"), optional: true }],
  within?: string,
): Promise<PartsFound> {
  await using shell = await boot({ plugins: ["agents"], script: [] });
  const reader = (await shell.kernel.get("kind", "agent"))!;
  const from: Package = {
    name: "p",
    dir,
    ...(within !== undefined && { within }),
    format: "test",
    state: "ok",
    usable: true,
    manifest: { name: "p" },
    fields: {},
    places: {},
    strict: false,
    problems: [],
    files: [],
  };
  return reader.read(places, from);
}

describe("the reader of agents", () => {
  it("says what is no agent in folders of a user or project, and nothing of texts without front matter", async () => {
    write({ "agents/README.md": "Our agents.\n", "agents/a.md": "---\ndescription: A.\n---\nA.\n" });
    const said = async (within?: string): Promise<readonly string[]> =>
      (await read(undefined, within)).problems.map(({ message }) => message).toSorted();
    expect(await said("/")).toEqual(["It has no name, so it is not taken for an agent."]);
    expect(await said()).toEqual([
      expect.stringContaining("The agent has no description"),
      expect.stringContaining('it is called "a"'),
    ]);
  });

  it("finds each Markdown file at any depth, names it by its front matter, and keeps the folders between", async () => {
    write({
      "agents/review.md": "---\nname: reviewer\ndescription: Reviews.\ntools: Read, Grep\nmodel: haiku\n---\nLook.\n",
      "agents/deep/er/trace.md": "---\ndescription: Traces.\n---\nTrace.\n",
      "agents/notes.txt": "no agent",
    });
    const { parts, files } = await read();
    expect(parts.map(({ name }) => name).toSorted()).toEqual(["reviewer", "trace"]);
    const [trace, review] = parts.toSorted((a, b) => (a.file < b.file ? -1 : 1));
    expect(review!.data).toMatchObject({
      description: "Reviews.",
      tools: ["Read", "Grep"],
      model: "haiku",
      bodyLine: 7,
    });
    expect(trace!.data).toMatchObject({ scope: "deep:er", unnamed: true });
    expect(files).toContain(join(dir, "agents/deep/er"));
  });

  it("tells what was missing or had to be recovered, and loses no sibling to a file that cannot be read", async () => {
    write({
      "agents/a.md": "---\nname: a\ndescription: Use when: it is: odd\n---\nBody.\n",
      "agents/b.md": "Only a body.\n",
      "agents/c.md": "\0binary",
    });
    const { parts, problems } = await read();
    expect(parts.map(({ name, data }) => [name, data["recovered"] ?? false, data["undescribed"] ?? false])).toEqual([
      ["a", true, false],
      ["b", false, true],
    ]);
    expect(problems.map(({ code, file }) => [code, file.slice(dir.length + 1)])).toContainEqual([
      "not-text",
      "agents/c.md",
    ]);
  });

  it("is held up by no pipe, folder or flood in the place of a file", async () => {
    write({ "agents/a.md": "---\nname: a\ndescription: A.\n---\n", "agents/folder.md/x.txt": "" });
    execFileSync("mkfifo", [join(dir, "agents/pipe.md")]);
    writeFileSync(join(dir, "agents/flood.md"), Buffer.alloc(2 * 1024 * 1024, "x"));
    const { parts, problems } = await read();
    expect(parts.map(({ name }) => name)).toEqual(["a"]);
    expect(problems.map(({ code }) => code).toSorted()).toEqual(["not-a-file", "not-a-file", "too-large"]);
  });

  it("does not follow a link out of the plugin", async () => {
    write({ "agents/a.md": "---\nname: a\ndescription: A.\n---\n" });
    symlinkSync("/etc/hosts", join(dir, "agents/b.md"));
    const { parts, problems } = await read();
    expect(parts.map(({ name }) => name)).toEqual(["a"]);
    expect(problems.map(({ code }) => code)).toContain("path-escapes");
  });

  it("takes a single file for a place, and says when a named one is missing", async () => {
    write({ "more/one.md": "---\nname: one\ndescription: One.\n---\n" });
    const { parts, problems } = await read([{ path: join(dir, "more/one.md") }, { path: join(dir, "gone") }]);
    expect(parts.map(({ name }) => name)).toEqual(["one"]);
    expect(problems).toMatchObject([{ code: "missing", severity: "error" }]);
  });
});
