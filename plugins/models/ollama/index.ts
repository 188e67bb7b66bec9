import { live } from "../../../core/live.js";
import type { Setup } from "../../../core/types.js";
import type { Provider } from "../../../schemas/provider.js";
import { createOllama } from "./provider.js";

const setup: Setup = (ctx) => {
  const { url, context, max_tries, retry_budget_secs, idle_secs } = ctx.settings as unknown as Settings;
  const provider = createOllama({
    url,
    context,
    tries: max_tries,
    budgetMs: retry_budget_secs * 1000,
    idleMs: idle_secs * 1000,
  });
  ctx.add("provider", live<Provider>({ name: "ollama", ...provider }));
};

export default setup;

/** As in plugin.json. */
interface Settings {
  readonly url: string;
  readonly context?: number;
  readonly max_tries: number;
  readonly retry_budget_secs: number;
  readonly idle_secs: number;
}
