import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Package, PartsFound } from "../../../schemas/parts.js";
import { serverLaunch } from "../expand-server.js";
import { readLspServers } from "./read-lsp.js";
import { readMcpServers } from "./read-mcp.js";

let dir: string;
beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), "nacre-servers-"))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function from(format = "claude"): Package {
  const facts = { name: "demo", dir, format, state: "ok", usable: true, strict: false } as const;
  return { ...facts, manifest: { name: "demo" }, fields: {}, places: {}, problems: [], files: [] };
}

async function mcp(content: unknown, format?: string): Promise<PartsFound> {
  const path = join(dir, ".mcp.json");
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return readMcpServers([{ path }], from(format));
}

async function lsp(content: unknown): Promise<PartsFound> {
  const path = join(dir, ".lsp.json");
  writeFileSync(path, JSON.stringify(content));
  return readLspServers([{ path }], from());
}

describe(".mcp.json", () => {
  it.each([
    [{ mcpServers: { srv: { command: "x" } } }, []],
    [{ srv: { command: "x" }, description: "text", $schema: "y" }, ["mcpServers-bare-map"]],
    ['{ // comment\n "mcpServers": { "srv": { "command": "x" }, } }', []],
  ])("is read with and without its wrapper: %j", async (content, codes) => {
    const { parts, problems } = await mcp(content);
    expect(parts.map(({ name }) => name)).toEqual(["srv"]);
    expect(problems.map(({ code }) => code)).toEqual(codes);
  });

  it.each([
    [
      { command: "x", args: ["a", 1], env: { A: 1, B: null } },
      { transport: "stdio", args: ["a", "1"], env: { A: "1" } },
    ],
    [{ type: "http", url: "https://a.b" }, { transport: "http" }],
    [{ type: "streamable-http", url: "https://a.b" }, { transport: "http" }],
    [{ url: "https://a.b" }, { transport: "http" }],
    [{ type: "sse", url: "https://${HOST}/" }, { transport: "sse" }],
    [{ type: "ws", url: "wss://a.b" }, { transport: "ws" }],
    [{ command: "x", disabled: true }, { enabled: false }],
    [{ url: "https://a.b", oauth: { clientId: "c" } }, { others: { oauth: { clientId: "c" } } }],
  ])("takes %j", async (server, data) => {
    const { parts, problems } = await mcp({ mcpServers: { srv: server } });
    expect(parts[0]!.data).toMatchObject({ usable: true, placeholders: "claude", ...data });
    expect(problems).toEqual([]);
  });

  it("keeps quiet about an address that is left for the user to fill in", async () => {
    const { parts, problems } = await mcp({ mcpServers: { srv: { type: "http", url: "" } } });
    expect(parts[0]!.data).toMatchObject({ usable: false, vacant: true });
    expect(problems).toEqual([]);
  });

  it.each([
    [{}],
    [{ args: ["x"] }],
    [{ type: "carrier-pigeon", url: "https://a.b" }],
    [{ command: 5 }],
    [{ command: "x", args: "y" }],
    [{ url: "a.b" }],
    [{ url: "file:///etc/passwd" }],
    [{ url: "https://a.b", headers: { X: "a\r\nY: b" } }],
    ["text"],
    [null],
  ])("names %j as not usable, with its place, and loads the others", async (server) => {
    const { parts, problems } = await mcp(
      `{\n "mcpServers": {\n  "bad": ${JSON.stringify(server)},\n  "good": {"command": "x"}}}`,
    );
    expect(parts.map(({ name, data }) => [name, data["usable"]])).toEqual([
      ["bad", false],
      ["good", true],
    ]);
    expect(problems).toMatchObject([{ severity: "error", line: 3, column: 3 }]);
  });

  it("lets the later declaration of a name win", async () => {
    const value = { srv: { command: "later" } };
    writeFileSync(join(dir, ".mcp.json"), '{"mcpServers": {"srv": {"command": "earlier"}}}');
    const { parts } = await readMcpServers([{ path: join(dir, ".mcp.json") }, { value, from: "plugin.json" }], from());
    expect(parts).toMatchObject([{ name: "srv", data: { command: "later" }, file: "plugin.json" }]);
  });

  it.each(["{", "[]", '{"mcpServers": []}', '{"mcpServers": "x"}', ""])("says what is wrong with %j", async (text) => {
    expect(await mcp(text)).toMatchObject({ parts: [], problems: [{ severity: "error" }] });
  });

  it("does not wait for a pipe, nor read a folder", async () => {
    execFileSync("mkfifo", [join(dir, "pipe")]);
    mkdirSync(join(dir, "folder"));
    const found = await readMcpServers([{ path: join(dir, "pipe") }, { path: join(dir, "folder") }], from());
    expect(found.problems.map(({ code }) => code)).toEqual(["not-a-file", "not-a-file"]);
  });

  it("lets nobody set a prototype", async () => {
    const { parts } = await mcp(
      '{"mcpServers": {"__proto__": {"command": "x"}, "srv": {"command": "y", "__proto__": {"z": 1}}}}',
    );
    expect(parts.find(({ name }) => name === "srv")?.data["z"]).toBeUndefined();
    expect(({} as Record<string, unknown>)["command"]).toBeUndefined();
  });
});

describe("serverLaunch of a Claude-style server", () => {
  const values = { root: "/p", data: "", project: "/w", options: { key: "${A}" }, env: { A: "${B}", B: "b" } };

  it("gets no key of nacre's own, however it asks", () => {
    const env = { ANTHROPIC_API_KEY: "k", NACRE_HOME: "/h", CLAUDE_X: "x", GITHUB_TOKEN: "t" };
    const url = "https://a.invalid/${ANTHROPIC_API_KEY}${NACRE_HOME:-none}${CLAUDE_X:-}";
    const data = { transport: "http", url, headers: { Authorization: "${GITHUB_TOKEN}" } };
    expect(serverLaunch(data, { ...values, env })).toMatchObject({
      url: "https://a.invalid/${ANTHROPIC_API_KEY}none",
      headers: { Authorization: "t" },
      unset: ["ANTHROPIC_API_KEY"],
    });
  });

  it("fills in variables, defaults and options once, and says which are not set", async () => {
    const server = {
      command: "${CLAUDE_PLUGIN_ROOT}/srv",
      args: ["${A}", "${user_config.key}", "${NONE}", "${NONE:-d}", "${CLAUDE_PROJECT_DIR}", "$A"],
      env: { X: "${CLAUDE_PLUGIN_ROOT}" },
    };
    const data = (await mcp({ mcpServers: { server } })).parts[0]!.data;
    expect(serverLaunch(data, { ...values, data: join(dir, "data") })).toMatchObject({
      command: "/p/srv",
      args: ["${B}", "${A}", "${NONE}", "d", "/w", "$A"],
      env: { X: "/p", CLAUDE_PLUGIN_ROOT: "/p", PLUGIN_ROOT: "/p" },
      unset: ["NONE"],
    });
  });
});

describe(".lsp.json", () => {
  const go = { command: "gopls", extensionToLanguage: { ".go": "go" } };

  it.each([[{ go }], [{ lspServers: { go } }]])("is read with and without a wrapper: %j", async (content) => {
    const { parts, problems } = await lsp(content);
    expect(parts).toMatchObject([{ kind: "lsp-server", name: "go", data: { usable: true, command: "gopls" } }]);
    expect(problems).toEqual([]);
  });

  it.each([
    [{ command: "gopls" }],
    [{ ...go, command: "gopls serve" }],
    [{ ...go, extensionToLanguage: {} }],
    [{ ...go, extensionToLanguage: { ".go": 1 } }],
    [{ ...go, args: "x" }],
    ["gopls"],
  ])("names %j as not usable and loads the others", async (bad) => {
    const { parts, problems } = await lsp({ lspServers: { bad, go } });
    expect(parts.map(({ name, data }) => [name, data["usable"]])).toEqual([
      ["bad", false],
      ["go", true],
    ]);
    expect(problems).toMatchObject([{ severity: "error", code: "lsp-server" }]);
  });

  it("reports unknown fields and leaves them out", async () => {
    const { parts, problems } = await lsp({ go: { ...go, shiny: true } });
    expect(parts[0]!.data).not.toHaveProperty("shiny");
    expect(problems).toMatchObject([{ severity: "warning", code: "lsp-field" }]);
  });
});
