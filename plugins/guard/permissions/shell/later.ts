import { ANY, either, NOTHING, type Value } from "./value.js";

/** A value that is worked out when it is first looked at: most of what commands write nobody reads. */
export function later(make: () => Value): Value {
  let made: Value | undefined;
  const get = (key: string): unknown => ((made ??= make()) as Readonly<Record<string, unknown>>)[key];
  const found = {};
  for (const key of KEYS) Object.defineProperty(found, key, { enumerable: true, get: () => get(key) });
  return found as Value;
}

const KEYS: readonly string[] = ["kind", "texts", "open", "lines", "maybe", "base", "sample", "why", "after", "items"];

/** The same for what can be either. */
export function eitherLater(one: Value, other: Value): Value {
  return one === NOTHING || one === other ? other : later(() => either(one, other));
}

/** The lines of both, one written after the other. */
export function inTurn(one: Value, other: Value): Value {
  if (one === NOTHING || other === NOTHING) return one === NOTHING ? other : one;
  return later(() => (one.kind === "texts" && one.open ? ANY : either(one, other)));
}

/** The lines of something that happens again and again. */
export const again = (value: Value): Value => inTurn(value, value);

/** What a command writes, as one text. */
export function asOneText(value: Value): Value {
  return later(() => {
    const isLines = value.kind === "names" || (value.kind === "texts" && value.texts.length > 1);
    return isLines ? { ...value, lines: true } : value;
  });
}
