import type { Place } from "../diagnostic.js";
import type { Modifier } from "./language/syntax.js";

/** What an alias says of its calls. */
export interface Manner {
  /** Milliseconds for all of them together, and for each that takes a time limit. */
  readonly timeout?: number;
  /** Stricter than what rules and modes say, never milder. */
  readonly permission?: "ask" | "deny";
  /** How often a call that fails is run once more. */
  readonly retry: number;
}

const LONGEST = 24 * 3_600_000;
const MOST_RETRIES = 10;

/** What is wrong with a modifier, and where. */
export function modifierProblem({
  name,
  at,
  word,
  value,
  valueAt,
}: Modifier): { readonly at: Place; readonly message: string } | undefined {
  switch (name) {
    case "timeout": {
      const fits = value?.is === "duration" && value.ms > 0 && value.ms <= LONGEST;
      return fits ? undefined : { at: valueAt, message: "A timeout is a duration of at most 24h, as in 30s or 5m." };
    }
    case "permission": {
      if (word === "ask" || word === "deny") return undefined;
      const loosens = word === "allow" ? ": an alias grants nothing" : "";
      return { at: valueAt, message: `permission can only be ask or deny${loosens}.` };
    }
    case "retry": {
      const times = value?.is === "plain" ? value.value : undefined;
      const fits = typeof times === "number" && Number.isInteger(times) && times >= 0 && times <= MOST_RETRIES;
      return fits ? undefined : { at: valueAt, message: `retry is a whole number from 0 to ${MOST_RETRIES}.` };
    }
    default:
      return { at, message: `There is no modifier "${name}"; there are timeout, permission and retry.` };
  }
}

/** The modifiers of an alias that has been checked. */
export function mannerOf(modifiers: readonly Modifier[]): Manner {
  const by = new Map(modifiers.map((modifier) => [modifier.name, modifier]));
  const timeout = by.get("timeout")?.value;
  const word = by.get("permission")?.word;
  const retry = by.get("retry")?.value;
  return {
    ...(timeout?.is === "duration" && { timeout: timeout.ms }),
    ...((word === "ask" || word === "deny") && { permission: word }),
    retry: retry?.is === "plain" && typeof retry.value === "number" ? retry.value : 0,
  };
}
