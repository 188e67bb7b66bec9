import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { Secret } from "../../schemas/secret.js";
import { boot, call, say } from "../boot.js";

// Put together here, so that no scanner takes this file for a leak.
const KEY = ["sk-", "ant-", "api03-", "Zq7".repeat(12)].join("");
const env = { PATH: process.env["PATH"], ANTHROPIC_API_KEY: KEY };

/** Everything below a folder, as one text. */
function allFiles(dir: string): string {
  if (!existsSync(dir)) return "";
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"))
    .join("\n");
}

describe("A key that nacre knows", () => {
  it("does not reach the model, the screen or the disk by a command that prints it (advisory 4)", async () => {
    const files = { "notes.txt": `the key is ${KEY}!\n` };
    const script = [call("Bash", { command: "cat notes.txt" }), call("Read", { file_path: "notes.txt" }), say("done")];
    await using shell = await boot({ plugins: ["bash", "read", "transcript"], script, files, env });
    await shell.send(`I pasted ${KEY} by mistake`);
    expect(shell.result(0).content).toContain("the key is ***!");
    expect(shell.result(1).content).toContain("the key is ***!");
    expect(JSON.stringify(shell.requests)).toContain("I pasted *** by mistake");
    expect(JSON.stringify([shell.requests, shell.events])).not.toContain(KEY);
    const kept = allFiles(shell.home);
    expect(kept).toContain("the key is ***!");
    expect(kept).not.toContain(KEY);
  });

  it("is in no environment of a command, and so on no command line of ours", async () => {
    const secrets = { GITHUB_TOKEN: "ghp-0123456789", MY_PASSWORD: "pa55word-12345", NACRE_X: "n-123456789" };
    const script = [call("Bash", { command: "env; cat /proc/$PPID/cmdline | tr '\\0' ' '" }), say("done")];
    await using shell = await boot({ plugins: ["bash"], script, env: { ...env, ...secrets } });
    await shell.send("go");
    for (const name of ["ANTHROPIC", "GITHUB_TOKEN", "MY_PASSWORD", "NACRE_X", "***"]) {
      expect(shell.result(0).content).not.toContain(name);
    }
  });

  it("leaves what a provider has signed as it is, byte for byte", async () => {
    expect(String(new Secret("signed-signed-1"))).toBe("***");
    const signed = { type: "thinking", thinking: "signed-signed-1", signature: "signed-signed-1" } as const;
    await using shell = await boot({ script: [say("done")] });
    const reply = { role: "assistant", content: [signed, { type: "text", text: "signed-signed-1" }] } as const;
    const usage = { input: 1, output: 1, cacheRead: 0, cacheWrite: 0 };
    const facts = { at: 1, id: "r", provider: "p", model: "m", stopReason: "end_turn", usage, ms: 1 } as const;
    shell.session.emit({ type: "reply", message: reply, ...facts });
    expect(shell.session.messages.at(-1)?.content).toEqual([signed, { type: "text", text: "***" }]);
  });
});

describe("Files that hold keys", () => {
  it.each<[string, string, object]>([
    ["Read", "Read", { file_path: ".env" }],
    ["Read by another spelling", "Read", { file_path: "./sub/../.ENV" }],
    ["Grep", "Grep", { pattern: "PIN", path: ".env", output_mode: "content" }],
    ["Grep over the folder", "Grep", { pattern: "PIN", output_mode: "content" }],
    ["a command", "Bash", { command: "cat .env" }],
    ["a command with a redirection", "Bash", { command: "while read -r l; do echo $l; done < .env" }],
    ["a key of the user's", "Read", { file_path: "~/.ssh/id_ed25519" }],
  ])("are not read without being asked about: %s", async (_, name, input) => {
    const files = { ".env": "PIN=4711-of-env\n", "~/.ssh/id_ed25519": "PIN=4711-of-ssh\n", "a.txt": "PIN\n" };
    const plugins = ["permissions", "read", "grep", "bash"];
    await using shell = await boot({ plugins, script: [call(name, input), say("done")], files });
    await shell.send("go");
    expect(JSON.stringify(shell.requests)).not.toContain("4711");
  });
});

describe("A request to a model", () => {
  let servers: Server[] = [];
  afterEach(() => {
    for (const server of servers) server.close();
    servers = [];
  });

  async function serve(answer: (request: IncomingMessage) => Record<string, string>): Promise<string> {
    const server = createServer((request, response) => {
      request.resume();
      response.writeHead(307, answer(request)).end();
    });
    servers.push(server);
    await new Promise<void>((done) => void server.listen(0, "127.0.0.1", done));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  it.each([
    ["anthropic", "anthropic.base_url", { ANTHROPIC_API_KEY: KEY }],
    ["openai", "openai.base_url", { OPENAI_API_KEY: KEY }],
    ["ollama", "ollama.url", {}],
  ])("of %s follows no redirect, and its key goes nowhere else (advisories 13, 26)", async (name, setting, keys) => {
    const seen: string[] = [];
    const elsewhere = await serve((request) => {
      seen.push(JSON.stringify(request.headers));
      return {};
    });
    const configured: string[] = [];
    const url = await serve((request) => {
      configured.push(JSON.stringify(request.headers));
      return { location: `${elsewhere}/v1` };
    });
    await using shell = await boot({
      plugins: [name],
      script: [],
      settings: { [setting]: url },
      env: { ...env, ...keys },
      session: { provider: name, model: "m" },
    });
    const end = await shell.send("hello");
    expect(end).toMatchObject({ reason: "model_error", message: expect.stringMatching(/redirects to/) as string });
    expect(seen).toEqual([]);
    expect(configured).toHaveLength(1);
    expect(JSON.stringify(shell.events)).not.toContain(KEY);
  });

  it("that is refused says so without the key", async () => {
    const server = createServer((_, response) => {
      response.writeHead(401, { "content-type": "application/json" });
      response.end(JSON.stringify({ error: { type: "authentication_error", message: `bad key ${KEY}` } }));
    });
    servers.push(server);
    await new Promise<void>((done) => void server.listen(0, "127.0.0.1", done));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const settings = { "anthropic.base_url": url };
    const session = { provider: "anthropic", model: "m" };
    await using shell = await boot({ plugins: ["anthropic"], script: [], settings, env, session });
    const end = await shell.send("hello");
    expect(end.message).toContain("bad key ***");
    expect(JSON.stringify(shell.events)).not.toContain(KEY);
  });
});
