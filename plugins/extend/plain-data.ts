/** Values that one file's data may hold in all; a text that unfolds into more is an attack. */
const MOST_VALUES = 5_000;
const DEEPEST = 200;

/** Thrown by `plainData` for what cannot be kept as JSON. */
export class NotPlain extends Error {}

/**
 * A copy that holds nothing but JSON: dates become text, what has no JSON form becomes null, keys named `__proto__` are
 * left out. Aliases are unfolded up to `most` values in all. Throws `NotPlain` beyond it.
 */
export function plainData(value: unknown, most: number = MOST_VALUES): unknown {
  let left = most;
  const copy = (given: unknown, depth: number): unknown => {
    if (--left < 0) throw new NotPlain(`it unfolds into more than ${most} values`);
    if (depth > DEEPEST) throw new NotPlain(`it is nested deeper than ${DEEPEST} levels`);
    if (typeof given === "string" || typeof given === "boolean" || given === null) return given;
    if (typeof given === "number") return Number.isFinite(given) ? given : null;
    if (given instanceof Date) return dateText(given);
    if (Array.isArray(given)) return given.map((item) => copy(item, depth + 1));
    if (typeof given !== "object" || ArrayBuffer.isView(given)) return null;
    const entries = Object.entries(given).filter(([key]) => key !== "__proto__");
    return Object.fromEntries(entries.map(([key, item]) => [key, copy(item, depth + 1)]));
  };
  return copy(value, 0);
}

/** A day is written as a day, as it was most likely meant. */
function dateText(date: Date): string {
  if (Number.isNaN(date.getTime())) return "";
  return date.toISOString().replace(/T00:00:00\.000Z$/, "");
}
