import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { JsonObject } from "../../schemas/json.js";
import { serverLaunch, type ServerLaunch } from "../../plugins/extend/expand-server.js";
import { serverNames } from "../../plugins/extend/server-names.js";
import { CASES, manifest, MCP_SCHEMA, names, pluginBench, skill, type PluginBench } from "./plugin-bench.js";

/** The specification Agent Plugins 1.0.0, sections 7.2, 9 and 10: MCP servers. */
let b: PluginBench;
beforeAll(async () => void (b = await pluginBench()));
afterAll(() => b[Symbol.asyncDispose]());

const stdio = (fields: object): object => ({ type: "stdio", command: "srv", ...fields });
const http = (fields: object): object => ({ type: "streamable-http", url: "https://example.com/mcp", ...fields });

async function loads(server: unknown, files?: Readonly<Record<string, unknown>>): Promise<boolean> {
  const found = await b.servers(
    { tested: server, sibling: stdio({}) },
    { "skills/one/SKILL.md": skill("one"), ...files },
  );
  const servers = names(found, "mcp-server");
  // Whatever is wrong with one entry, others and other components load, and it is reported.
  expect(servers).toContain("sibling");
  expect(names(found, "skill")).toEqual(["one"]);
  expect(found.problems.map(({ severity }) => severity)).toEqual(servers.includes("tested") ? [] : ["error"]);
  return servers.includes("tested");
}

describe("section 7.2.1: the file", () => {
  it("loads the specification's example", async () => {
    const found = await b.servers({
      "local-validator": stdio({
        command: "./bin/validator",
        args: ["--data", "${PLUGIN_DATA}/validator"],
        env: { CONFIG: "${PLUGIN_ROOT}/config.json" },
        cwd: "${PLUGIN_ROOT}",
      }),
      "deployment-api": http({ url: "https://deploy.example.com/mcp", headers: { "X-Tenant": "public-tenant" } }),
      "legacy-events": { type: "sse", url: "https://legacy.example.com/sse" },
    });
    expect(found.problems).toEqual([]);
    expect(found.parts.map(({ data }) => data["transport"])).toEqual(["stdio", "http", "sse"]);
  });

  it("takes an empty mcpServers for valid", async () => {
    expect((await b.servers({})).problems).toEqual([]);
  });

  it.each([
    ["no JSON", "{"],
    ["JSON with comments", `{ "$schema": "${MCP_SCHEMA}", "mcpServers": {} } // x`],
    ["a list", "[]"],
    ["without $schema", { mcpServers: {} }],
    ["without mcpServers", { $schema: MCP_SCHEMA }],
    ["with mcpServers as a list", { $schema: MCP_SCHEMA, mcpServers: [] }],
    ["with another field", { $schema: MCP_SCHEMA, mcpServers: { srv: stdio({}) }, description: "x" }],
    ["with __proto__", `{ "$schema": "${MCP_SCHEMA}", "mcpServers": {}, "__proto__": {} }`],
    [
      "of a version that is not supported",
      { $schema: MCP_SCHEMA.replace("1.0.0", "1.1.0"), mcpServers: { srv: stdio({}) } },
    ],
    [
      "with the schema of plugin.json",
      { $schema: MCP_SCHEMA.replace("mcp", "plugin"), mcpServers: { srv: stdio({}) } },
    ],
    ["a bare map of servers", { srv: stdio({}) }],
  ])("7.2.2, rule 2: an mcp.json that is %s disables MCP and nothing else", async (_, content) => {
    const found = await b.standard({}, { "mcp.json": content, "skills/one/SKILL.md": skill("one") });
    expect(found.parts.map(({ kind }) => kind)).toEqual(["skill"]);
    expect(found.problems).toMatchObject([{ severity: "error", code: "mcp-config", line: 1 }]);
  });

  it("7.2.2, rule 1: loads servers from mcp.json alone", async () => {
    const inline = { mcpServers: { no: { command: "no" } } };
    const found = await b.standard(inline, { ".mcp.json": inline, "dev.nacre/mcp.json": inline });
    expect(names(found, "mcp-server")).toEqual([]);
  });

  it("7.2.2, rule 3: says line and column of an entry that is skipped", async () => {
    const text = `{\n  "$schema": "${MCP_SCHEMA}",\n  "mcpServers": {\n    "bad": {}\n  }\n}`;
    const found = await b.standard({}, { "mcp.json": text });
    expect(found.problems).toMatchObject([
      { line: 4, column: 5, message: expect.stringContaining('"bad"') as unknown },
    ]);
  });
});

describe("section 7.2.1: server entries", () => {
  it.each([
    [null],
    ["srv"],
    [[]],
    [{}],
    [{ command: "srv" }],
    [{ type: "http", url: "https://example.com" }],
    [{ type: "STDIO", command: "srv" }],
    [{ type: ["stdio"], command: "srv" }],
    [{ type: "constructor", command: "srv" }],
    [stdio({ url: "https://example.com" })],
    [stdio({ description: "x" })],
    [stdio({ headers: {} })],
    [http({ command: "srv" })],
    [http({ env: {} })],
    [http({ timeout: 5 })],
    [{ type: "sse", url: "https://example.com", args: [] }],
  ])("skips %j: one of the closed variants, exactly", async (server) => {
    expect(await loads(server)).toBe(false);
  });

  it.each(CASES.goodCommands)("takes the command %s", async (command) => {
    expect(await loads(stdio({ command }), { "bin/my server": "", "bin/server": "" })).toBe(true);
  });

  it.each(CASES.badCommands)("skips the command %j", async (command) => {
    expect(await loads(stdio({ command }))).toBe(false);
  });

  it("skips a command whose link leads out of the plugin (4.1, failure boundary 4)", async () => {
    const mcpServers = { out: stdio({ command: "./bin/server" }), in: stdio({ command: "./bin/x" }) };
    const dir = b.folder({ "plugin.json": manifest(), "mcp.json": { $schema: MCP_SCHEMA, mcpServers }, "bin/x": "" });
    symlinkSync("/bin/sh", join(dir, "bin/server"));
    expect(names(await b.inspect(dir), "mcp-server")).toEqual(["in"]);
  });

  it.each([
    [{ args: "x" }],
    [{ args: [1] }],
    [{ env: [] }],
    [{ env: { A: 1 } }],
    [{ env: { PLUGIN_ROOT: "/x" } }],
    [{ env: { A: "x", PLUGIN_DATA: "/x" } }],
    [{ command: 1 }],
  ])("skips a server with %j", async (fields) => {
    expect(await loads(stdio(fields))).toBe(false);
  });

  it.each(CASES.goodFolders)("takes the working folder %s", async (cwd) =>
    expect(await loads(stdio({ cwd }))).toBe(true),
  );

  it.each(CASES.badFolders)("skips the working folder %j", async (cwd) => {
    expect(await loads(stdio({ cwd }))).toBe(false);
  });

  it("skips a working folder whose link leads out", async () => {
    const mcp = { $schema: MCP_SCHEMA, mcpServers: { out: stdio({ cwd: "./link" }), in: stdio({ cwd: "./real" }) } };
    const dir = b.folder({ "plugin.json": manifest(), "mcp.json": mcp, "real/x": "" });
    symlinkSync(b.base, join(dir, "link"));
    expect(names(await b.inspect(dir), "mcp-server")).toEqual(["in"]);
  });
});

describe("section 7.2.1: remote servers", () => {
  it.each(CASES.goodUrls)("takes the URL %s as it is written", async (url) => {
    const found = await b.servers({ tested: http({ url }) });
    expect(found.parts[0]?.data["url"]).toBe(url);
  });

  it.each(CASES.badUrls)("skips the URL %j", async (url) => {
    expect(await loads(http({ url }))).toBe(false);
  });

  it.each([
    [{}],
    [{ "X-Tenant": "a b", "x-other": "" }],
    [{ "!#$%&'*+-.^_`|~09az": "t\tt" }],
    [{ "X-Latin": "caf\u00E9" }],
    [{ "X-Text": "${PLUGIN_ROOT} ${HOME}" }],
  ])("takes the headers %j as they are written", async (headers) => {
    const found = await b.servers({ tested: http({ headers }) });
    expect(found.parts[0]?.data["headers"]).toEqual(headers);
  });

  it.each([
    [[]],
    ["X: y"],
    [{ X: 1 }],
    [{ "": "x" }],
    [{ "X Y": "x" }],
    [{ "X:": "x" }],
    [{ "X\r\nY": "x" }],
    [{ X: "a\r\nY: b" }],
    [{ X: "a\0" }],
    [{ X: " a" }],
    [{ X: "a " }],
    [{ X: "\u20AC" }],
    [{ "X-Ä": "x" }],
    [{ "X-Tenant": "a", "x-tenant": "a" }],
    [{ AUTHORIZATION: "a", b: "c", authorization: "d" }],
  ])("skips the headers %j", async (headers) => {
    expect(await loads(http({ headers }))).toBe(false);
  });
});

describe("section 9: environment and placeholders", () => {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "nacre-launch-")));
  const values = { root: join(base, "root"), data: join(base, "data") };
  mkdirSync(values.root);
  afterAll(() => rmSync(base, { recursive: true, force: true }));

  async function launch(server: object): Promise<ServerLaunch | string> {
    const found = await b.servers({ tested: server });
    return serverLaunch(found.parts[0]!.data as JsonObject, values);
  }

  it("9.1: gives PLUGIN_ROOT and PLUGIN_DATA, makes the data folder, and starts in the plugin's folder", async () => {
    expect(await launch(stdio({ env: { A: "b" } }))).toMatchObject({
      env: { A: "b", PLUGIN_ROOT: values.root, PLUGIN_DATA: values.data },
      cwd: values.root,
    });
    expect(existsSync(values.data)).toBe(true);
  });

  it("9.2: expands args, values of env and cwd, once, and nothing else", async () => {
    const server = stdio({
      command: "./bin/server",
      args: [
        "${PLUGIN_ROOT}/a:${PLUGIN_DATA}",
        "${PLUGIN_ROOT",
        "$PLUGIN_ROOT",
        "${HOME}",
        "${PLUGIN_ROOT:-x}",
        "${plugin_root}",
      ],
      env: { "${PLUGIN_ROOT}": "${PLUGIN_DATA}", OTHER: "${PATH}" },
      cwd: "${PLUGIN_DATA}/work",
    });
    expect(await launch(server)).toMatchObject({
      command: join(values.root, "bin/server"),
      args: [
        `${values.root}/a:${values.data}`,
        "${PLUGIN_ROOT",
        "$PLUGIN_ROOT",
        "${HOME}",
        "${PLUGIN_ROOT:-x}",
        "${plugin_root}",
      ],
      env: { "${PLUGIN_ROOT}": values.data, OTHER: "${PATH}" },
      cwd: join(values.data, "work"),
    });
  });

  it("9.2: does not look again at what a placeholder became", () => {
    const odd = { root: "/${PLUGIN_DATA}/$&", data: values.data };
    const data = { transport: "stdio", placeholders: "agent-plugins", command: "x", args: ["${PLUGIN_ROOT}"] };
    expect(serverLaunch(data, odd)).toMatchObject({ args: ["/${PLUGIN_DATA}/$&"] });
  });

  it("9.2: leaves url and headers alone", async () => {
    const server = http({ url: "https://example.com/${PLUGIN_ROOT}", headers: { X: "${PLUGIN_DATA}" } });
    expect(await launch(server)).toMatchObject({
      url: "https://example.com/${PLUGIN_ROOT}",
      headers: { X: "${PLUGIN_DATA}" },
    });
  });

  it("7.2.1: refuses a working folder that leads out once it is resolved", async () => {
    symlinkSync(tmpdir(), join(values.data, "link"));
    expect(await launch(stdio({ cwd: "${PLUGIN_DATA}/link" }))).toMatch(/leads out/);
  });
});

describe("names of servers", () => {
  const owner = { dir: "", origin: "installed", format: "", strict: true };
  const of = (
    plugin: string,
    name: string,
    namespaced = true,
  ): { name: string; owner: typeof owner & { name: string; namespaced: boolean } } => ({
    name,
    owner: { ...owner, name: plugin, namespaced },
  });

  it("never clash, not even where signs are replaced", () => {
    const found = serverNames([
      of("a", "db"),
      of("b", "db"),
      of("a_b", "c"),
      of("a", "b_c"),
      of("a", "b c"),
      of("x", "db", false),
    ]);
    expect(new Set(found.map(({ toolPrefix }) => toolPrefix)).size).toBe(6);
    expect(found[0]).toEqual({ id: "plugin:a:db", toolPrefix: "mcp__plugin_a_db__" });
    expect(found[5]).toEqual({ id: "db", toolPrefix: "mcp__db__" });
  });
});
