import { isObject } from "../../../schemas/json.js";
import type { Usage } from "../../../schemas/provider.js";
import table from "./prices.json" with { type: "json" };

/** US dollars per million tokens. A cache price that is not given is that of plain input. */
export interface Price {
  readonly input: number;
  readonly output: number;
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
  /** Tokens that fit into one request with its answer. */
  readonly contextWindow?: number;
  /** What the whole of a request costs whose input, cache included, is longer than `tokens`. */
  readonly above?: Omit<Price, "contextWindow" | "above"> & { readonly tokens: number };
}

/**
 * Prices of models. Those that come with nacre, in `prices.json`, are the public list prices of Anthropic
 * (platform.claude.com, "Pricing") and OpenAI (developers.openai.com, "Pricing") for the standard tier, with five-minute
 * cache writes, as they stood in November 2026. They are an estimate: the provider's bill is what counts.
 */
export class Prices {
  readonly #models: Map<string, Price>;

  /** `own` is the user's table; what is in it goes before what comes with nacre. Entries that are no prices are left out. */
  constructor(own?: unknown) {
    this.#models = new Map<string, Price>(Object.entries(table.models));
    for (const [model, price] of Object.entries(isObject(own) ? own : {})) {
      if (isPrice(price)) this.#models.set(model, price);
    }
  }

  /** By name, or by the longest name that this one is a dated or tagged version of. Undefined when nobody knows. */
  of(provider: string, model: string): Price | undefined {
    if (table.free.includes(provider)) return this.#models.get(model) ?? { input: 0, output: 0 };
    const exact = this.#models.get(model);
    if (exact) return exact;
    let best = "";
    for (const name of this.#models.keys()) {
      if (name.length > best.length && model.startsWith(name) && isVersion(model.slice(name.length))) best = name;
    }
    return this.#models.get(best);
  }
}

/** What one answer cost, in US dollars. */
export function costOf(usage: Usage, price: Price): number {
  const sent = usage.input + usage.cacheRead + usage.cacheWrite;
  const rate = price.above && sent > price.above.tokens ? price.above : price;
  const { input, output, cacheRead = input, cacheWrite = input } = rate;
  return (
    (usage.input * input + usage.output * output + usage.cacheRead * cacheRead + usage.cacheWrite * cacheWrite) / 1e6
  );
}

/** Endings that name a version of the same model: a date, "-latest", a tag. "-mini" would be another model. */
function isVersion(ending: string): boolean {
  return /^(-\d{4}-?\d{2}-?\d{2}|-latest|[@:[].*)$/.test(ending);
}

function isPrice(value: unknown): value is Price {
  if (!isObject(value) || typeof value["input"] !== "number" || typeof value["output"] !== "number") return false;
  const numbers = ["input", "output", "cacheRead", "cacheWrite", "contextWindow"].map((key) => value[key] ?? 0);
  return numbers.every((number) => typeof number === "number" && number >= 0);
}
