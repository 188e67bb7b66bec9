import type { KernelView } from "../../../core/types.js";
import { messageOf } from "../../../schemas/errors.js";
import type { ProviderSpec } from "../../../schemas/provider.js";

/** Milliseconds that a server has to answer. */
const PATIENCE = 3_000;

/** A provider and whether it could answer now. */
export interface ProviderState {
  readonly name: string;
  readonly usable: boolean;
  /** What was found, or what is to be done. Says of keys only that they are set. */
  readonly why: string;
  /** Whether `auto` ever takes it. */
  readonly auto: boolean;
}

/** Who answers when nobody says otherwise. */
export interface Chosen {
  readonly name?: string;
  readonly model?: string;
  readonly why: string;
}

/** Asks every provider at the same time, in the order in which `auto` goes through them. */
export function providers(kernel: KernelView): Promise<readonly ProviderState[]> {
  const all = specs(kernel).filter(({ chooses }) => chooses !== true);
  return Promise.all(all.toSorted((a, b) => orderOf(a) - orderOf(b)).map((spec) => stateOf(kernel, spec)));
}

/** The provider that a session would be opened with, and why this one. */
export async function chosen(kernel: KernelView, asking: Promise<readonly ProviderState[]>): Promise<Chosen> {
  const asked = kernel.settings.get("api.provider");
  const model = textOr(kernel.settings.get("api.model"));
  const all = specs(kernel);
  const named = all.find(({ name, aliases }) => name === asked || aliases?.includes(String(asked)));
  const spec = asked === undefined ? (all.find(({ chooses }) => chooses) ?? all[0]) : named;
  if (spec?.chooses) return choice(kernel, spec.name, model, asking);
  const origin = kernel.settings.origins("api.provider").findLast(({ held }) => held === undefined);
  const said = asked === undefined ? "nobody says otherwise" : `${origin?.source ?? "a setting"} says so`;
  const state = (await asking).find(({ name }) => name === spec?.name);
  if (!spec || !state) return { why: `${said}, but there is no provider "${String(asked ?? "auto")}"` };
  const why = state.usable ? said : `${said}, but it is not usable: ${state.why}`;
  const called = model ?? spec.defaultModel;
  return { name: spec.name, ...(called !== undefined && { model: called }), why };
}

/** What a provider that chooses among the others says. */
async function choice(
  kernel: KernelView,
  chooser: string,
  asked: string | undefined,
  asking: Promise<readonly ProviderState[]>,
): Promise<Chosen> {
  const made = await within(2 * PATIENCE, async () => {
    try {
      return await (await kernel.get("provider", chooser))?.choose?.(asked);
    } catch (error) {
      return messageOf(error);
    }
  });
  if (made === undefined) return { why: `${chooser} did not choose in time` };
  const states = await asking;
  // What there is to do stands with each provider.
  if (typeof made === "string") {
    return { why: states.some(({ auto, usable }) => auto && usable) ? made : "none of the providers is usable" };
  }
  if (made.provider === chooser) return { why: "none of the providers is usable" };
  const state = states.find(({ name }) => name === made.provider);
  return {
    name: made.provider,
    model: made.model,
    why: `the first that is usable: ${state?.why ?? "its server answers"}`,
  };
}

function specs(kernel: KernelView): readonly ProviderSpec[] {
  return kernel.all("provider");
}

function textOr(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

async function stateOf(kernel: KernelView, spec: ProviderSpec): Promise<ProviderState> {
  const { name, auto } = spec;
  if (!auto) return { name, usable: true, why: "only when it is asked for", auto: false };
  const variables = auto.env?.filter((variable) => kernel.env[variable]) ?? [];
  if (variables.length > 0) {
    return {
      name,
      usable: true,
      why: `${variables.join(" and ")} ${variables.length > 1 ? "are" : "is"} set`,
      auto: true,
    };
  }
  if (!auto.probe) return { name, usable: false, why: auto.hint, auto: true };
  const answer = await within(PATIENCE, () => probe(kernel, name));
  if (answer === true) return { name, usable: true, why: "its server answers", auto: true };
  const problem = typeof answer === "string" ? answer : "no server answers";
  return { name, usable: false, why: `${problem}: ${auto.hint}`, auto: true };
}

/** True, false, or why it cannot be asked. */
async function probe(kernel: KernelView, name: string): Promise<boolean | string> {
  try {
    return (await (await kernel.get("provider", name))?.available?.()) ?? false;
  } catch (error) {
    return messageOf(error).replace(/\.$/, "");
  }
}

async function within<T>(ms: number, work: () => Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), ms)));
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}

function orderOf(spec: ProviderSpec): number {
  return spec.auto?.order ?? Number.MAX_SAFE_INTEGER;
}
