import type { KernelView } from "../../../core/types.js";
import { meantModel } from "../../../hooks/meant-model.js";
import type { Choice } from "../../../schemas/provider.js";
import type { Session } from "../../../schemas/session.js";
import type { AgentType } from "./agent-type.js";

/** Who answers an agent, and what to tell the person where that is not who was asked for. */
export interface Chosen extends Choice {
  readonly warning?: string;
}

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
  const meant = await meantModel(kernel, provider, wanted);
  if (meant === "own") return inherited(kernel, provider, own);
  if (meant !== "unknown") return meant;
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
