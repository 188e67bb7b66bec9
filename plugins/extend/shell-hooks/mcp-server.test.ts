import { join } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { expect, it } from "vitest";
import type { Plugin } from "../../../core/types.js";
import { call, say } from "../../../test/boot.js";
import { pass, ran, withHooks } from "./testing.js";

/** A server of the Model Context Protocol in a process of its own, made with the official SDK. */
const SERVER = `
  import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
  import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
  import * as z from "zod";
  const server = new McpServer({ name: "reviewer", version: "1.0.0" });
  server.registerTool("review", { inputSchema: { command: z.string() } }, ({ command }) => {
    const output = { hookEventName: "PreToolUse", permissionDecision: "deny", permissionDecisionReason: "no " + command };
    const text = command.includes("push") ? JSON.stringify({ hookSpecificOutput: output }) : "";
    return { content: [{ type: "text", text }] };
  });
  await server.connect(new StdioServerTransport());
`;

/** Connects to the server and offers its tool under the name that such tools have. */
const bridge: Plugin = {
  name: "bridge",
  async setup(ctx) {
    const client = new Client({ name: "test", version: "1.0.0" });
    const args = ["--input-type=module", "-e", SERVER];
    await client.connect(new StdioClientTransport({ command: process.execPath, args, cwd: join(import.meta.dirname) }));
    ctx.onDispose(() => client.close());
    for (const { name, inputSchema } of (await client.listTools()).tools) {
      const run = async (input: object): Promise<{ content: string }> => {
        const { content } = await client.callTool({ name, arguments: { ...input } });
        return { content: (content as { text: string }[])[0]!.text };
      };
      ctx.add("tool", { name: `mcp__reviewer__${name}`, description: "Reviews", inputSchema, effect: "read", run });
    }
  },
};

it("asks a real server whether a call may run, with the call's own input", async () => {
  const input = { command: "${tool_input.command}" };
  const hooks = [{ type: "mcp_tool", server: "reviewer", tool: "review", input }];
  await using shell = await withHooks(
    { PreToolUse: [{ matcher: "Bash", hooks }] },
    {
      plugins: [bridge, "bash", pass],
      script: [[call("Bash", { command: "git push" }), call("Bash", { command: "echo hello" })], say("done")],
    },
  );
  await shell.send("go");
  const results = shell.results().filter((result) => !result.apart);
  expect(results.map(({ isError, content }) => [isError, String(content).trim()])).toEqual([
    [true, "no git push"],
    [false, "hello"],
  ]);
  expect(ran(shell)).toHaveLength(2);
});
