import { EXIT, UserError } from "../schemas/errors.js";
import type { ProviderSpec } from "../schemas/provider.js";
import type { KernelView } from "./types.js";

export interface Choice {
  readonly provider: string;
  readonly model: string;
}

/** The provider and model of a session: what was asked for, or the first of the "auto" ways that is usable. */
export async function chooseProvider(kernel: KernelView, name: string, model: string | undefined): Promise<Choice> {
  const spec = name === "auto" ? await firstUsable(kernel) : named(kernel, name);
  const chosen = model ?? spec.defaultModel ?? (await (await kernel.get("provider", spec.name))?.models?.())?.[0];
  if (chosen === undefined) {
    throw new UserError(`Provider "${spec.name}" has no default model; name one with --model.`, EXIT.provider);
  }
  return { provider: spec.name, model: chosen };
}

function named(kernel: KernelView, name: string): ProviderSpec {
  const all: readonly ProviderSpec[] = kernel.all("provider");
  const spec = all.find((one) => one.name === name || one.aliases?.includes(name));
  if (spec) return spec;
  const names = ["auto", ...all.map((one) => one.name)].join(", ");
  throw new UserError(`Unknown provider "${name}"; there are ${names}.`, EXIT.usage);
}

async function firstUsable(kernel: KernelView): Promise<ProviderSpec> {
  const all = kernel.all("provider") as readonly ProviderSpec[];
  const ways = all.filter((one) => one.auto).toSorted((a, b) => (a.auto?.order ?? 0) - (b.auto?.order ?? 0));
  for (const spec of ways) {
    if (spec.auto?.env?.some((variable) => kernel.env[variable])) return spec;
    if (spec.auto?.probe && (await (await kernel.get("provider", spec.name))?.available?.())) return spec;
  }
  const missing = ways[0]?.auto?.env?.[0];
  const hints = ways.map((spec) => `${spec.auto?.hint} (${spec.name})`).join(", or ");
  const first = missing ? `${missing} not set, and no other provider was found` : "No provider is installed";
  throw new UserError(
    `${first}. ${hints === "" ? "Install a provider plugin." : `To use a model: ${hints}.`}`,
    EXIT.provider,
  );
}
