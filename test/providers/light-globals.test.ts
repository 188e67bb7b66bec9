import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { rolldown } from "rolldown";
import { describe, expect, it } from "vitest";
import { lightGlobalsPlugin } from "../../plugins/models/light-globals.plugin.mjs";
import { anthropicWire } from "./anthropic-wire.js";
import { openaiWire } from "./openai-wire.js";
import { reply } from "./wire-adapter.js";
import { serveWire } from "./wire-server.js";

/** Asks once and prints the text, and which of Node's costly modules were loaded for it. */
const asking = (source: string, make: string): string => `
  import { ${make} as make } from ${JSON.stringify(fileURLToPath(new URL(source, import.meta.url)))};
  const made = make({ baseUrl: process.argv[2], apiKey: { reveal: () => "k" } });
  const stream = typeof made === "function" ? made : made.stream;
  const messages = [{ role: "user", content: [{ type: "text", text: "hi" }] }];
  const request = { model: "m", system: ["Be brief."], messages, tools: [], maxTokens: 10 };
  (async () => {
    let text = "";
    for await (const chunk of stream(request, new AbortController().signal))
      text += chunk.type === "text" ? chunk.text : chunk.type === "error" ? chunk.error.message : "";
    const costly = process.moduleLoadList.filter((name) => /undici|webstreams.readablestream/.test(name));
    process.stdout.write(JSON.stringify({ text, costly }));
  })();`;

async function bundle(code: string, dir: string): Promise<string> {
  const entry = { name: "entry", resolveId: (id: string) => (id === "entry" ? id : null) };
  const load = { name: "load", load: (id: string) => (id === "entry" ? code : null) };
  const build = await rolldown({ input: "entry", platform: "node", plugins: [entry, load, lightGlobalsPlugin()] });
  await build.write({ dir, format: "cjs", entryFileNames: "main.cjs", chunkFileNames: "[name].cjs" });
  await build.close();
  return join(dir, "main.cjs");
}

describe.each([
  [anthropicWire, "../../plugins/models/anthropic/provider.ts", "createAnthropic"],
  [openaiWire, "../../plugins/models/openai/provider.ts", "createOpenAI"],
] as const)("the bundled SDK of $name", (format, source, make) => {
  it("streams an answer without loading Node's own fetch", async () => {
    const dir = await mkdtemp(join(tmpdir(), "nacre-light-"));
    await using server = await serveWire(() => reply(format, { text: ["Hel", "lo"] }));
    const file = await bundle(asking(source, make), dir);
    const { stdout } = await promisify(execFile)(process.execPath, [file, server.url]);
    await rm(dir, { recursive: true });
    expect(JSON.parse(stdout)).toEqual({ text: "Hello", costly: [] });
    expect(server.requests[0]?.headers).toMatchObject({
      authorization: "Bearer k",
      "content-type": "application/json",
    });
  });
});
