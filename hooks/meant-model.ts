import { isObject } from "../schemas/json.js";
import type { Choice, Provider, ProviderSpec } from "../schemas/provider.js";

/** What has to be known to read a model's name. */
export interface ModelNames {
  readonly settings: { get(path: string): unknown };
  all(kind: "provider"): readonly ProviderSpec[];
  get(kind: "provider", name: string): Promise<Provider | undefined>;
}

/**
 * The model that a file or call means for a provider. Names stand for what the setting `agents.models` says, a model or
 * `provider/model`, else for what the provider itself says. "own": the session's, which is also what another provider's
 * short name comes to, as it says how able a model is to be and not whose. "unknown": the provider has no such model.
 */
export async function meantModel(
  kernel: ModelNames,
  provider: string,
  wanted: string,
): Promise<Choice | "own" | "unknown"> {
  if (wanted === "inherit" || wanted === "default") return "own";
  const providers = kernel.all("provider");
  const table = kernel.settings.get("agents.models");
  const entry = isObject(table) && Object.hasOwn(table, wanted) ? table[wanted] : undefined;
  if (typeof entry === "string") {
    const slash = entry.indexOf("/");
    const before = entry.slice(0, Math.max(0, slash));
    const named = providers.some(({ name }) => name === before);
    return named ? { provider: before, model: entry.slice(slash + 1) } : { provider, model: entry };
  }
  const spec = providers.find(({ name }) => name === provider);
  const short = nameIn(spec, wanted);
  if (short !== undefined) return { provider, model: short };
  if (providers.some((other) => nameIn(other, wanted) !== undefined)) return "own";
  return (await isKnown(kernel, spec, wanted)) ? { provider, model: wanted } : "unknown";
}

function nameIn(spec: ProviderSpec | undefined, wanted: string): string | undefined {
  const names = spec?.modelNames ?? {};
  return Object.hasOwn(names, wanted) ? names[wanted] : undefined;
}

/** A provider that can list its models is asked; of the others what looks like one of theirs is taken for one. */
async function isKnown(kernel: ModelNames, spec: ProviderSpec | undefined, model: string): Promise<boolean> {
  if (spec === undefined || spec.defaultModel === model) return spec !== undefined;
  if (spec.modelPrefix !== undefined) return model.startsWith(spec.modelPrefix);
  const models = await (await kernel.get("provider", spec.name))?.models?.().catch(() => undefined);
  return models?.includes(model) ?? false;
}
