import type { KernelView } from "../../../core/types.js";
import { EXIT, UserError } from "../../../schemas/errors.js";
import { isObject, type JsonObject } from "../../../schemas/json.js";
import { boundedTest } from "../bounded-test.js";
import { marketText, repositoryOf } from "./source/market-source.js";
import type { MarketSource } from "./source/source.js";

/** Throws a UserError for a marketplace that settings do not permit. */
export function checkPolicy(kernel: KernelView, source: MarketSource): void {
  const allowed = lists(kernel, ["strictKnownMarketplaces", "allowedMarketplaces"]);
  const blocked = lists(kernel, ["blockedMarketplaces"]);
  // What a pattern does not tell in time is not permitted.
  const isIn = (list: readonly JsonObject[], unknown: boolean): boolean =>
    list.some((rule) => matches(rule, source) ?? unknown);
  const hit = blocked.find(({ rules }) => isIn(rules, true));
  if (hit) throw refusal(source, hit.from);
  const strict = allowed.find(({ rules }) => !isIn(rules, false));
  if (strict) throw refusal(source, strict.from);
}

interface List {
  readonly rules: readonly JsonObject[];
  readonly from: string;
}

/** Each layer's own list: all of them have to permit. */
function lists(kernel: KernelView, keys: readonly string[]): readonly List[] {
  return keys
    .flatMap((key) => kernel.settings.origins(key))
    .filter(({ value, held }) => held === undefined && Array.isArray(value))
    .map(({ value, source }) => ({ rules: (value as readonly unknown[]).filter(isObject), from: source }));
}

function matches(rule: JsonObject, source: MarketSource): boolean | undefined {
  const { source: kind, hostPattern, pathPattern } = rule;
  if (kind === "hostPattern") return test(hostPattern, hostOf(source));
  if (kind === "pathPattern") return test(pathPattern, "path" in source ? source.path : undefined);
  const own = source as unknown as JsonObject;
  return Object.entries(rule).every(([key, value]) => JSON.stringify(own[key]) === JSON.stringify(value));
}

/** Patterns come from settings, those of a project among them. */
function test(pattern: unknown, text: string | undefined): boolean | undefined {
  if (typeof pattern !== "string" || text === undefined) return false;
  try {
    return boundedTest(new RegExp(pattern), text);
  } catch {
    return false;
  }
}

function hostOf(source: MarketSource): string | undefined {
  const address = source.source === "url" ? source.url : repositoryOf(source);
  if (address === undefined) return undefined;
  return URL.canParse(address) ? new URL(address).hostname : /@([^:]+):/.exec(address)?.[1];
}

function refusal(source: MarketSource, from: string): UserError {
  return new UserError(`${from} does not permit the marketplace ${marketText(source)}.`, EXIT.denied);
}
