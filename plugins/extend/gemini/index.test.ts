import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Catalogue, Inventory } from "../../../schemas/parts.js";
import { boot, say, type Shell } from "../../../test/boot.js";
import { serverLaunch } from "../expand-server.js";

let shell: Shell;
let catalogue: Catalogue;
let count = 0;

beforeAll(async () => {
  shell = await boot({
    plugins: ["plugin-folders", "gemini", "server-files", "commands", "skills"],
    script: [say("")],
  });
  catalogue = (await shell.kernel.service("catalogue"))!;
});
afterAll(() => shell[Symbol.asyncDispose]());

async function read(files: Readonly<Record<string, unknown>>): Promise<Inventory> {
  const dir = join(shell.dir, `extension-${++count}`);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), typeof content === "string" ? content : JSON.stringify(content));
  }
  return catalogue.inspect(dir);
}

describe("a Gemini extension", () => {
  it("brings servers, context files and TOML commands", async () => {
    const found = await read({
      "gemini-extension.json": {
        name: "demo",
        version: "1.0.0",
        mcpServers: {
          local: { command: "node", args: ["${extensionPath}${/}server.js"], cwd: "${extensionPath}", trust: true },
          remote: { httpUrl: "https://example.com/mcp" },
          events: { url: "https://example.com/sse" },
        },
        excludeTools: ["run_shell_command"],
      },
      "GEMINI.md": "Context.",
      "commands/git/commit.toml": 'description = "Commits"\nprompt = "Commit {{args}}"\n',
      "commands/broken.toml": "prompt = ",
    });
    expect(found.package).toMatchObject({ name: "demo", format: "gemini", manifest: { version: "1.0.0" } });
    const servers = found.parts.filter(({ kind }) => kind === "mcp-server");
    expect(servers.map(({ name, data }) => `${name} ${String(data["transport"])}`)).toEqual([
      "local stdio",
      "remote http",
      "events sse",
    ]);
    expect(servers[0]!.data).not.toHaveProperty("trust");
    expect(found.package.places["guideline"]).toMatchObject([{ path: join(found.package.dir, "GEMINI.md") }]);
    expect(found.parts.filter(({ kind }) => kind === "command").map(({ name }) => name)).toEqual(["git:commit"]);
    expect(found.problems.map(({ code }) => code).toSorted()).toEqual(["not-toml", "unknown-field"]);
  });

  it("fills in its placeholders once", async () => {
    const server = { command: "node", args: ["${extensionPath}${/}x", "${HOME}", "${NONE}", "${NONE:-y}"] };
    const found = await read({ "gemini-extension.json": { name: "demo", mcpServers: { server } } });
    const data = found.parts[0]!.data;
    const launch = serverLaunch(data, { root: "/ext", data: join(shell.dir, "data"), env: { HOME: "${NONE}" } });
    expect(launch).toMatchObject({ args: ["/ext/x", "${NONE}", "${NONE}", "y"], unset: ["NONE"] });
  });

  it.each([
    [{ name: "demo", contextFileName: "../out.md" }, "path-escapes"],
    [{ name: "demo", contextFileName: ["MISSING.md"] }, "path-missing"],
    [{ name: "demo", contextFileName: 5 }, "field-type"],
    [{ name: "demo", mcpServers: [] }, "field-type"],
    [{ name: "a b" }, "name-signs"],
  ])("says what is wrong in %j and loads the rest", async (manifest, code) => {
    const found = await read({ "gemini-extension.json": manifest, "commands/one.toml": 'prompt = "x"' });
    expect(found.problems.map((problem) => problem.code)).toEqual([code]);
    expect(found.parts).toHaveLength(1);
  });

  it("is not loaded when its manifest is no JSON", async () => {
    const found = await read({ "gemini-extension.json": "{", "commands/one.toml": 'prompt = "x"' });
    expect(found).toMatchObject({ package: { usable: false, state: "broken" }, parts: [] });
  });
});
