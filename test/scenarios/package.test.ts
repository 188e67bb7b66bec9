import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";

const ESM = `
import { query, UserError, builtins, createKernel } from "nacre";
const seen = [];
const run = query({
  prompt: "go",
  provider: "scripted",
  settings: { "scripted.file": "script.jsonl" },
  tools: [{
    name: "Stamp", description: "Stamps a word", effect: "write",
    inputSchema: { type: "object", properties: { word: { type: "string" } } },
    run: async (input) => ({ content: "stamped " + input.word }),
  }],
  hooks: { PreToolUse: async (one) => ({ ...one, call: { ...one.call, input: { word: "b" } } }) },
  canUseTool: async (question) => (seen.push("asked " + question.call.input.word), { behavior: "allow" }),
});
for await (const event of run) if (event.type === "result") seen.push(event.content);
seen.push((await run.result()).reason, builtins.length > 10, typeof createKernel);
await query({ prompt: "go", provider: "nobody" }).result().catch((error) => seen.push(error instanceof UserError));
console.log(JSON.stringify(seen));
`;
const TYPED = `
import { query, type Query, type Tool, type TurnEvent } from "nacre";
const tool: Tool = { name: "T", description: "", inputSchema: {}, effect: "read", run: async () => ({ content: "" }) };
const run: Query = query({
  prompt: "go",
  tools: [tool],
  hooks: { PreToolUse: async (pending) => ({ ...pending, doubt: pending.call.name }), Stop: async () => undefined },
});
for await (const event of run) { const one: TurnEvent = event; console.log(one.type); }
// @ts-expect-error the payload of a hook is typed
query({ prompt: "go", hooks: { PreToolUse: async (pending) => ({ ...pending, doubt: pending.nothing }) } });
`;
const TSCONFIG = {
  compilerOptions: {
    strict: true,
    module: "nodenext",
    target: "es2023",
    lib: ["es2023", "esnext.disposable"],
    types: ["node"],
  },
  files: ["typed.mts"],
};

let base = "";
const env = (): NodeJS.ProcessEnv => ({ PATH: process.env["PATH"], HOME: join(base, "home") });
const run = (...args: string[]): string =>
  execFileSync(process.execPath, args, { cwd: join(base, "work"), env: env(), encoding: "utf8" });

beforeAll(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), "nacre-package-")));
  for (const folder of ["home", "work/node_modules/@vscode", "work/node_modules/@types"]) {
    mkdirSync(join(base, folder), { recursive: true });
  }
  execFileSync("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", base], { stdio: "pipe" });
  const tarball = readdirSync(base).find((name) => name.endsWith(".tgz"))!;
  execFileSync("tar", ["xzf", tarball], { cwd: base });
  const modules = join(base, "work/node_modules");
  symlinkSync(join(base, "package"), join(modules, "nacre"));
  for (const name of readdirSync("node_modules/@vscode")) {
    symlinkSync(resolve("node_modules/@vscode", name), join(modules, "@vscode", name));
  }
  symlinkSync(resolve("node_modules/@types/node"), join(modules, "@types/node"));
  symlinkSync(resolve("node_modules/undici-types"), join(modules, "undici-types"));
  const turns = [{ call: { name: "Stamp", input: { word: "a" } } }, { text: "done" }];
  writeFileSync(join(base, "work/script.jsonl"), turns.map((turn) => `${JSON.stringify(turn)}\n`).join(""));
  writeFileSync(join(base, "work/run.mjs"), ESM);
  writeFileSync(join(base, "work/typed.mts"), TYPED);
  writeFileSync(join(base, "work/tsconfig.json"), JSON.stringify(TSCONFIG));
});

afterAll(() => rmSync(base, { recursive: true, force: true, maxRetries: 10 }));

it("prints its version under an empty home when unpacked from the tarball", () => {
  expect(run(join(base, "package/dist/nacre.js"), "--version")).toMatch(/^\d+\.\d+\.\d+\n$/);
});

it("runs a prompt with a tool, a hook and a permission callback of an ESM program", () => {
  const seen: unknown = JSON.parse(run("run.mjs"));
  expect(seen).toEqual(["asked b", "stamped b", "completed", true, "function", true]);
});

it("can be required by a CommonJS program", () => {
  expect(run("-e", 'console.log(typeof require("nacre").query)')).toBe("function\n");
});

it("brings the data of its plugins along, its own skills among them", () => {
  const script = `
    const { builtins } = require("nacre");
    const { existsSync } = require("node:fs");
    const holding = builtins.filter(({ holds }) => holds?.length > 0);
    const own = holding.find(({ name }) => name === "nacre");
    console.log(holding.every(({ dir }) => existsSync(dir)), existsSync(own.dir + "/skills/write-a-skill/SKILL.md"));
  `;
  expect(run("-e", script)).toBe("true true\n");
});

it("gives a consumer strict types, those of hooks included, without any other package", () => {
  const args = [resolve("node_modules/typescript/bin/tsc"), "-p", ".", "--noEmit"];
  const checked = spawnSync(process.execPath, args, { cwd: join(base, "work"), env: env(), encoding: "utf8" });
  expect(checked.stdout).toBe("");
  expect(checked.status).toBe(0);
});
