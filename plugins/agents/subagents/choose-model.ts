import type { KernelView } from "../../../core/types.js";
import { isObject } from "../../../schemas/json.js";
import type { Choice } from "../../../schemas/provider.js";
import type { Session } from "../../../schemas/session.js";
import type { AgentType } from "./agent-type.js";

/** Who answers an agent, and what to tell the person where that is not who was asked for. */
export interface Chosen extends Choice {
  readonly warning?: string;
}

/** Names of models that agents use wherever they come from, for the provider they are names of. */
const ALIASES: Readonly<Record<string, string>> = {
  opus: "claude-opus-4-6",
  sonnet: "claude-sonnet-4-6",
  haiku: "claude-haiku-4-5",
};
const THEIRS = "anthropic";

/**
 * The setting `agents.model` > the call > the agent > the session. Aliases are looked up in the setting `agents.models`:
 * a model, or `provider/model`. A model nobody knows is not asked for: the session's own stands in.
 */
export async function modelFor(
  kernel: KernelView,
  type: AgentType,
  asked: string | undefined,
  session: Session,
): Promise<Chosen> {
  const over = kernel.settings.get("agents.model");
  const wanted = (typeof over === "string" && over !== "" ? over : undefined) ?? asked ?? type.model ?? "inherit";
  const own: Choice = { provider: session.provider, model: session.model };
  const providers = new Map(kernel.all("provider").map((spec) => [spec.name, spec]));
  if (type.provider !== undefined && !providers.has(type.provider)) {
    const names = [...providers.keys()].join(", ");
    const warning = `The agent ${type.name} asks for the provider ${type.provider}, which is not there (${names}).`;
    return { ...own, warning: `${warning} It runs with ${own.model}.` };
  }
  const provider = type.provider ?? own.provider;
  if (wanted === "inherit") return inherited(kernel, provider, own);
  const table = kernel.settings.get("agents.models");
  const entry = isObject(table) && Object.hasOwn(table, wanted) ? table[wanted] : undefined;
  if (typeof entry === "string") return named(entry, provider, providers);
  const alias = Object.hasOwn(ALIASES, wanted) ? ALIASES[wanted] : undefined;
  if (alias !== undefined) return provider === THEIRS ? { provider, model: alias } : inherited(kernel, provider, own);
  if (await isKnown(kernel, provider, wanted)) return { provider, model: wanted };
  return {
    ...own,
    warning: `The agent ${type.name} asks for the model ${wanted}, which ${provider} does not know; it runs with ${own.model}. Set agents.models.${wanted} to say what is meant.`,
  };
}

async function inherited(kernel: KernelView, provider: string, own: Choice): Promise<Chosen> {
  if (provider === own.provider) return own;
  const spec = kernel.all("provider").find(({ name }) => name === provider);
  if (spec?.defaultModel !== undefined) return { provider, model: spec.defaultModel };
  const first = (await (await kernel.get("provider", provider))?.models?.().catch(() => []))?.[0];
  if (first !== undefined) return { provider, model: first };
  return { ...own, warning: `The provider ${provider} has no default model; the agent runs with ${own.model}.` };
}

function named(entry: string, provider: string, providers: ReadonlyMap<string, unknown>): Choice {
  const slash = entry.indexOf("/");
  const before = entry.slice(0, Math.max(0, slash));
  return providers.has(before) ? { provider: before, model: entry.slice(slash + 1) } : { provider, model: entry };
}

/** A provider that can list its models is asked; of the others what looks like one of theirs is taken for one. */
async function isKnown(kernel: KernelView, provider: string, model: string): Promise<boolean> {
  const spec = kernel.all("provider").find(({ name }) => name === provider);
  if (spec?.defaultModel === model) return true;
  if (provider === THEIRS) return model.startsWith("claude-");
  const models = await (await kernel.get("provider", provider))?.models?.().catch(() => undefined);
  return models?.includes(model) ?? false;
}
