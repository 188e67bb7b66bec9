import type { JsonObject } from "../../../../schemas/json.js";
import { isObject } from "../../../../schemas/json.js";

/**
 * What a tap changed: the members of its answer that are others than those it was given. A tap that hands a long
 * conversation on untouched sends nothing of it back.
 */
export function changesIn(given: unknown, answer: unknown): unknown {
  if (answer === given || answer === undefined || answer === null) return undefined;
  if (!isObject(given) || !isObject(answer)) return answer;
  const changes: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(answer)) {
    if (value === given[key]) continue;
    const before = given[key];
    // Of a call nothing but its input can change.
    const isCall = key === "call" && isObject(value) && isObject(before);
    if (isCall && value["input"] === before["input"]) continue;
    changes[key] = isCall ? ({ input: value["input"] } satisfies JsonObject) : value;
  }
  return changes;
}
