import type { Argument } from "./argument.js";

/** What a variable or the lines of an output can be. */
export type Value =
  /**
   * One of these, or all of them where they are `lines` of one text. The last of several lines can be `open`: what is
   * written next goes on in it.
   */
  | {
      readonly kind: "texts";
      readonly texts: readonly string[];
      readonly open?: boolean;
      readonly lines?: boolean;
    }
  /** Names of files below this folder, seen from it, that nothing stands against: no links out, no secrets, no blanks. */
  | { readonly kind: "names"; readonly base: string; readonly sample: string; readonly lines?: boolean }
  /** The elements of an array, in their order. */
  | { readonly kind: "list"; readonly items: readonly Argument[] }
  /** Whole numbers; nothing, where it is not certain that there is one. */
  | { readonly kind: "number"; readonly maybe?: boolean }
  /** Names of commits and the like: letters and digits. */
  | { readonly kind: "id" }
  /** Anything, for a reason that can be told; or lines that begin with a whole number and this sign after it. */
  | { readonly kind: "any"; readonly why?: string; readonly after?: ":" | " " };

export const ANY: Value = { kind: "any" };

/** Anything, for a reason that can be told. */
export function anything(why: string): Value {
  return { kind: "any", why };
}

export const NUMBER: Value = { kind: "number" };
export const MAYBE_NUMBER: Value = { kind: "number", maybe: true };
export const ID: Value = { kind: "id" };
export const NOTHING: Value = { kind: "texts", texts: [] };

/** More are not followed one by one. */
export const MOST_TEXTS = 100;

export function texts(...list: readonly string[]): Value {
  const all = [...new Set(list)];
  return all.length <= MOST_TEXTS ? { kind: "texts", texts: all } : ANY;
}

/** What can be either. */
export function either(one: Value, other: Value): Value {
  if (one === other) return one;
  if (one.kind === "texts" && one.texts.length === 0) return other;
  if (other.kind === "texts" && other.texts.length === 0) return one;
  if (one.kind === "texts" && other.kind === "texts") {
    const both = texts(...one.texts, ...other.texts);
    const marks = {
      ...((one.open || other.open) && { open: true }),
      ...((one.lines || other.lines) && { lines: true }),
    };
    return both.kind === "texts" ? { ...both, ...marks } : both;
  }
  if (one.kind === "names" && other.kind === "names" && one.base === other.base) {
    const sample = one.sample.length <= other.sample.length ? one.sample : other.sample;
    return { ...one, sample, ...(other.lines && { lines: true }) };
  }
  if (isNumber(one) && isNumber(other)) return mayBeNothing(one) || mayBeNothing(other) ? MAYBE_NUMBER : NUMBER;
  if (one.kind === "any" && other.kind === "any" && one.after !== other.after) return ANY;
  return one.kind === other.kind && one.kind !== "names" && one.kind !== "list" ? one : ANY;
}

/** Whether what is no text that is known can be nothing at all. */
export function mayBeNothing(value: Value): boolean {
  return value.kind === "number" ? value.maybe === true : value.kind === "id";
}

/** Certainly a whole number. */
export function isNumber(value: Value): boolean {
  return (
    value.kind === "number" ||
    (value.kind === "texts" && value.texts.length > 0 && value.texts.every((text) => /^-?\d+$/.test(text)))
  );
}
