import { tmpdir } from "node:os";
import { builtins } from "nacre:builtins";
import { createKernel } from "../../core/index.js";
import type { Message } from "../../schemas/message.js";
import type { Chunk, ModelRequest, Provider } from "../../schemas/provider.js";

/** A provider that ships with nacre, behind its manifest: settings by dotted path, as if from flags. */
export async function providerNamed(
  name: string,
  settings: Readonly<Record<string, unknown>>,
  env: Readonly<Record<string, string>> = {},
): Promise<Provider> {
  const kernel = createKernel({ cwd: tmpdir(), home: tmpdir(), env });
  for (const [path, value] of Object.entries(settings)) kernel.set(path, value);
  await kernel.load(...builtins.filter((plugin) => plugin.name === name));
  const provider = await kernel.get("provider", name);
  if (!provider) throw new Error(`There is no provider ${name}: ${[...kernel.skipped.values()].join(" ")}`);
  return provider;
}

/** A request with one prompt, or with these messages. */
export function requestOf(prompt: string | readonly Message[], rest: Partial<ModelRequest> = {}): ModelRequest {
  const messages =
    typeof prompt === "string"
      ? [{ role: "user" as const, content: [{ type: "text" as const, text: prompt }] }]
      : prompt;
  return { model: "test-model", system: ["Be brief."], messages, tools: [], maxTokens: 1000, ...rest };
}

/** Everything a provider streams for a request. */
export async function chunksOf(provider: Provider, request: ModelRequest, signal?: AbortSignal): Promise<Chunk[]> {
  const chunks: Chunk[] = [];
  for await (const chunk of provider.stream(request, signal ?? new AbortController().signal)) chunks.push(chunk);
  return chunks;
}

/** The text after the last retry, or `kind: message` of the error that ended it. */
export function saidIn(chunks: readonly Chunk[]): string {
  let text = "";
  for (const chunk of chunks) {
    if (chunk.type === "retry") text = "";
    if (chunk.type === "text") text += chunk.text;
    if (chunk.type === "error") return `${chunk.error.kind}: ${chunk.error.message}`;
  }
  return text;
}
