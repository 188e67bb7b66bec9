import { live } from "../../../core/live.js";
import type { KernelView, Setup } from "../../../core/types.js";
import { EXIT, messageOf, UserError } from "../../../schemas/errors.js";
import type { Choice, Chunk, ModelRequest, Provider, ProviderSpec } from "../../../schemas/provider.js";

/** Stands for the model while none can be chosen: a session may need none, as aliases and most commands do. */
const LATER = "none";

const setup: Setup = (ctx) => {
  const { kernel } = ctx;
  ctx.add(
    "provider",
    live<Provider>({
      name: "auto",
      choose: (model) => choose(kernel, model).catch((error: unknown) => later(error, model)),
      stream: (request, signal) => stream(kernel, request, signal),
    }),
  );
};
export default setup;

/** Puts the choice off until a model is asked, where there is none to choose now. */
function later(error: unknown, model: string | undefined): Choice {
  if (error instanceof UserError && error.exitCode === EXIT.provider)
    return { provider: "auto", model: model ?? LATER };
  throw error;
}

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

/** Chooses once more: what was missing when the session opened may be there by now. */
async function* stream(kernel: KernelView, request: ModelRequest, signal: AbortSignal): AsyncGenerator<Chunk> {
  let chosen: Choice;
  let provider: Provider | undefined;
  try {
    chosen = await choose(kernel, request.model === LATER ? undefined : request.model);
    provider = await kernel.get("provider", chosen.provider);
  } catch (error) {
    return yield { type: "error", error: { kind: "config", message: messageOf(error) } };
  }
  yield* provider!.stream({ ...request, model: chosen.model }, signal);
}
