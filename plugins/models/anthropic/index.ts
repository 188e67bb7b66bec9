import { live } from "../../../core/live.js";
import type { Setup } from "../../../core/types.js";
import type { Provider } from "../../../schemas/provider.js";
import { secretIn } from "../../../schemas/secret.js";
import { createAnthropic, type AnthropicOptions } from "./provider.js";

const setup: Setup = (ctx) => {
  const { base_url, max_tries, retry_budget_secs, idle_secs, thinking } = ctx.settings as unknown as Settings;
  const options: AnthropicOptions = {
    baseUrl: base_url,
    apiKey: secretIn(ctx.kernel.env, "ANTHROPIC_API_KEY"),
    authToken: secretIn(ctx.kernel.env, "ANTHROPIC_AUTH_TOKEN"),
    tries: max_tries,
    budgetMs: retry_budget_secs * 1000,
    idleMs: idle_secs * 1000,
    adaptiveThinking: thinking === "adaptive",
    userAgent: `nacre/${ctx.kernel.version}`,
  };
  ctx.add("provider", live<Provider>({ name: "anthropic", stream: createAnthropic(options) }));
};

export default setup;

/** As in plugin.json. */
interface Settings {
  readonly base_url: string;
  readonly max_tries: number;
  readonly retry_budget_secs: number;
  readonly idle_secs: number;
  readonly thinking: "budget" | "adaptive";
}
