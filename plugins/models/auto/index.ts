import { live } from "../../../core/live.js";
import type { KernelView, Setup } from "../../../core/types.js";
import { EXIT, UserError } from "../../../schemas/errors.js";
import type { Choice, Chunk, Provider, ProviderSpec } from "../../../schemas/provider.js";

const setup: Setup = (ctx) => {
  ctx.add("provider", live<Provider>({ name: "auto", choose: (model) => choose(ctx.kernel, model), stream: refuse }));
};
export default setup;

async function choose(kernel: KernelView, model: string | undefined): Promise<Choice> {
  const spec = await firstUsable(kernel);
  const chosen = model ?? spec.defaultModel ?? (await (await kernel.get("provider", spec.name))?.models?.())?.[0];
  if (chosen !== undefined) return { provider: spec.name, model: chosen };
  throw new UserError(`Provider "${spec.name}" has no default model; name one with --model.`, EXIT.provider);
}

async function firstUsable(kernel: KernelView): Promise<ProviderSpec> {
  const all: readonly ProviderSpec[] = kernel.all("provider");
  const ways = all.filter((one) => one.auto).toSorted((a, b) => (a.auto?.order ?? 0) - (b.auto?.order ?? 0));
  for (const spec of ways) {
    if (spec.auto?.env?.some((variable) => kernel.env[variable])) return spec;
    if (spec.auto?.probe && (await (await kernel.get("provider", spec.name))?.available?.())) return spec;
  }
  const missing = ways[0]?.auto?.env?.[0];
  const hints = ways.map((spec) => `${spec.auto?.hint} (${spec.name})`).join("; or ");
  const first = missing ? `${missing} not set, and no other provider was found` : "No provider is installed";
  const remedy = hints === "" ? "Install a provider plugin." : `To use a model: ${hints}.`;
  throw new UserError(`${first}. ${remedy}`, EXIT.provider);
}

/** Nobody streams from it: a session is opened with the provider it chose. */
async function* refuse(): AsyncGenerator<Chunk> {
  yield { type: "error", error: { kind: "config", message: 'The provider "auto" only chooses; it does not answer.' } };
}
