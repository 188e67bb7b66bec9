import type { KernelView } from "../../core/types.js";
import { isObject } from "../../schemas/json.js";
import type { Session } from "../../schemas/session.js";

/** Names of models that files use wherever they come from, for the provider they are names of. */
const ALIASES: Readonly<Record<string, string>> = {
  opus: "claude-opus-4-6",
  sonnet: "claude-sonnet-4-6",
  haiku: "claude-haiku-4-5",
};
const THEIRS = "anthropic";

/**
 * The model of a session's provider that a file means. The setting `agents.models` says what its names stand for.
 * `unknown` where the provider knows no such model: the session's own then stays.
 */
export async function modelFor(
  kernel: KernelView,
  { provider }: Pick<Session, "provider">,
  wanted: string,
): Promise<{ readonly model?: string; readonly unknown?: boolean }> {
  if (wanted === "inherit" || wanted === "default") return {};
  const table = kernel.settings.get("agents.models");
  const entry = isObject(table) && Object.hasOwn(table, wanted) ? table[wanted] : undefined;
  if (typeof entry === "string") {
    const [first, ...rest] = entry.split("/");
    if (first === provider) return { model: rest.join("/") };
    const elsewhere = kernel.all("provider").some(({ name }) => name === first);
    return elsewhere ? { unknown: true } : { model: entry };
  }
  const alias = Object.hasOwn(ALIASES, wanted) ? ALIASES[wanted]! : undefined;
  // An alias says how able a model is to be, not that it has to be theirs.
  if (alias !== undefined) return provider === THEIRS ? { model: alias } : {};
  if (provider === THEIRS) return wanted.startsWith("claude-") ? { model: wanted } : { unknown: true };
  const live = await kernel.get("provider", provider);
  const models = await live?.models?.().catch(() => undefined);
  const known = live?.defaultModel === wanted || models?.includes(wanted) === true;
  return known ? { model: wanted } : { unknown: true };
}
