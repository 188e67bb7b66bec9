import { live } from "../../../core/live.js";
import type { Setup } from "../../../core/types.js";
import type { Provider } from "../../../schemas/provider.js";
import { secretIn } from "../../../schemas/secret.js";
import { createOpenAI } from "./provider.js";

const setup: Setup = (ctx) => {
  const { base_url, max_tries, retry_budget_secs, idle_secs } = ctx.settings as unknown as Settings;
  const { env, version } = ctx.kernel;
  const provider = createOpenAI({
    baseUrl: base_url,
    // Keys are read from the environment alone, so that no listing of settings can show one.
    apiKey: secretIn(env, "OPENAI_API_KEY"),
    organization: env["OPENAI_ORG_ID"],
    project: env["OPENAI_PROJECT_ID"],
    tries: max_tries,
    budgetMs: retry_budget_secs * 1000,
    idleMs: idle_secs * 1000,
    userAgent: `nacre/${version}`,
  });
  ctx.add("provider", live<Provider>({ name: "openai", ...provider }));
};

export default setup;

/** As in plugin.json. */
interface Settings {
  readonly base_url?: string;
  readonly max_tries: number;
  readonly retry_budget_secs: number;
  readonly idle_secs: number;
}
