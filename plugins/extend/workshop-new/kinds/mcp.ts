import { lines, type Facts, type Scaffold } from "../scaffold.js";

const SCHEMA = "https://agent-plugins.org/schemas/1.0.0/mcp.schema.json";

export function mcp({ name }: Facts): Scaffold {
  const servers = { echo: { type: "stdio", command: "./bin/echo-server.mjs" } };
  return {
    files: {
      "mcp.json": `${JSON.stringify({ $schema: SCHEMA, mcpServers: servers }, null, 2)}\n`,
      "bin/echo-server.mjs": server(name),
      "tests/mcp.test.yaml": lines(
        "- test: the server answers a call",
        "  setup: |",
        "    {",
        `      echo '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18"}}'`,
        `      echo '{"jsonrpc":"2.0","method":"notifications/initialized"}'`,
        `      echo '{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"echo","arguments":{"text":"hello"}}}'`,
        '    } | "$PLUGIN_ROOT/bin/echo-server.mjs" > answers.txt',
        "  prompt: What did it answer?",
        "  model: [{ text: It answered. }]",
        `  expect: { files: { answers.txt: ['"serverInfo"', '"text":"hello"'] } }`,
      ),
    },
    about: "the server `echo` of the Model Context Protocol, without dependencies",
  };
}

/** A server without dependencies, small enough to be read whole. */
function server(name: string): string {
  return lines(
    "#!/usr/bin/env node",
    "// A server of the Model Context Protocol: one JSON-RPC message a line, on stdin and stdout.",
    "import { createInterface } from 'node:readline';",
    "",
    "const tool = {",
    "  name: 'echo',",
    "  description: 'Gives a text back.',",
    "  inputSchema: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] },",
    "};",
    "",
    "const methods = {",
    "  initialize: ({ protocolVersion }) => ({",
    "    protocolVersion,",
    "    capabilities: { tools: {} },",
    `    serverInfo: { name: '${name}', version: '0.1.0' },`,
    "  }),",
    "  ping: () => ({}),",
    "  'tools/list': () => ({ tools: [tool] }),",
    "  'tools/call': ({ arguments: input }) => ({ content: [{ type: 'text', text: String(input?.text ?? '') }] }),",
    "};",
    "",
    "for await (const line of createInterface({ input: process.stdin })) {",
    "  const { id, method, params = {} } = JSON.parse(line);",
    "  if (id === undefined) continue; // A notification wants no answer.",
    "  const answer = Object.hasOwn(methods, method)",
    "    ? { result: methods[method](params) }",
    "    : { error: { code: -32601, message: `There is no method ${method}.` } };",
    "  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, ...answer })}\\n`);",
    "}",
  );
}
