import { DEEPEST } from "./json-depth.js";

/** Data from outside is at most that deep, and is wrapped in a few levels more before it comes here. */
const LIMIT = DEEPEST + 50;

/**
 * A value with something else for each of its texts; the value itself where nothing changes. The names of members stay,
 * and "__proto__" is one as any other. Only lists and plain objects are looked into, those that `passes` is true of with
 * all that is in them excepted. What lies deeper than data from outside may is left out, so that nothing passes unseen.
 */
export function withTexts(
  value: unknown,
  put: (text: string) => unknown,
  passes: (object: object) => boolean = never,
): unknown {
  return made(value, { put, passes }, 0);
}

function never(): boolean {
  return false;
}

interface Change {
  readonly put: (text: string) => unknown;
  readonly passes: (object: object) => boolean;
}

// Each event of a session comes through here: plain functions, and no pairs of names and values.
function made(value: unknown, change: Change, depth: number): unknown {
  if (typeof value === "string") return change.put(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth > LIMIT) return null;
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => made(item, change, depth + 1));
    return items.some((item, at) => item !== value[at]) ? items : value;
  }
  return isPlain(value) && !change.passes(value) ? members(value as Record<string, unknown>, change, depth) : value;
}

function members(value: Readonly<Record<string, unknown>>, change: Change, depth: number): object {
  let copy: object | undefined;
  for (const key of Object.keys(value)) {
    const item = value[key];
    const next = made(item, change, depth + 1);
    if (next === item) continue;
    // An assignment to "__proto__" would change what the copy inherits.
    Object.defineProperty((copy ??= { ...value }), key, { value: next, enumerable: true, writable: true });
  }
  return copy ?? value;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
