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
  const all = (kernel.all("provider") as readonly ProviderSpec[]).toSorted((a, b) => orderOf(a) - orderOf(b));
  return Promise.all(all.map((spec) => stateOf(kernel, spec)));
}

/** The provider that a session would be opened with, and why this one. */
export function chosen(kernel: KernelView, states: readonly ProviderState[]): Chosen {
  const asked = kernel.settings.get("api.provider");
  const origin = kernel.settings.origins("api.provider").findLast(({ held }) => held === undefined);
  if (typeof asked === "string" && asked !== "auto") {
    const spec = (kernel.all("provider") as readonly ProviderSpec[]).find(
      ({ name, aliases }) => name === asked || aliases?.includes(asked),
    );
    const state = states.find(({ name }) => name === spec?.name);
    const said = `${origin?.source ?? "a setting"} says so`;
    if (!state) return { why: `${said}, but there is no provider "${asked}"` };
    return withModel(kernel, {
      name: state.name,
      why: state.usable ? said : `${said}, but it is not usable: ${state.why}`,
    });
  }
  const first = states.find(({ auto, usable }) => auto && usable);
  if (first) return withModel(kernel, { name: first.name, why: `the first that is usable: ${first.why}` });
  return { why: "none of the providers is usable" };
}

function withModel(kernel: KernelView, choice: Chosen): Chosen {
  const spec = (kernel.all("provider") as readonly ProviderSpec[]).find(({ name }) => name === choice.name);
  const asked = kernel.settings.get("api.model");
  const model = typeof asked === "string" ? asked : spec?.defaultModel;
  return { ...choice, ...(model !== undefined && { model }) };
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
