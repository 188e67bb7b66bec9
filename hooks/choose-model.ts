import { EXIT, UserError } from "../schemas/errors.js";
import type { State } from "../schemas/fold.js";
import type { Choice, Provider, ProviderSpec } from "../schemas/provider.js";
import type { SessionInit } from "../schemas/session.js";
import type { SettingsView } from "../schemas/settings.js";

interface Providers {
  readonly settings: Pick<SettingsView, "get">;
  all(kind: "provider"): readonly ProviderSpec[];
  get(kind: "provider", name: string): Promise<Provider | undefined>;
}

/** What was asked for, what the past used, or what a provider that only chooses says. */
export async function chooseModel(kernel: Providers, init: SessionInit, state: State): Promise<Choice> {
  const asked = init.provider ?? (kernel.settings.get("api.provider") as string | undefined);
  const model = init.model ?? (kernel.settings.get("api.model") as string | undefined);
  const all = kernel.all("provider");
  const named = (name: string): ProviderSpec | undefined =>
    all.find((one) => one.name === name) ?? all.find((one) => one.aliases?.includes(name));
  const past = asked === undefined && state.provider !== "" ? named(state.provider) : undefined;
  if (past && !past.chooses) return { provider: state.provider, model: model ?? state.model };
  const found = asked === undefined ? undefined : named(asked);
  const spec: ProviderSpec | undefined = asked === undefined ? (all.find((one) => one.chooses) ?? all[0]) : found;
  if (!spec) {
    const names = all.map((provider) => provider.name).join(", ");
    throw new UserError(`There is no provider ${JSON.stringify(asked ?? "")}; there are: ${names}.`, EXIT.usage);
  }
  if (model === undefined && spec.defaultModel !== undefined) return { provider: spec.name, model: spec.defaultModel };
  const provider = await kernel.get("provider", spec.name);
  if (provider?.choose) return provider.choose(model);
  const chosen = model ?? (await provider?.models?.())?.[0];
  if (chosen !== undefined) return { provider: spec.name, model: chosen };
  throw new UserError(`Provider "${spec.name}" has no default model; name one with --model.`, EXIT.provider);
}
