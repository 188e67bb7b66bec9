import { createContext, Script, type Context } from "node:vm";

/** Milliseconds an expression may take. */
const PATIENCE = 100;

/** A repeated group, or two repetitions: with less, the time is that of the text, or of its square at most. */
const SLOW = /\)(?:[*+]|\{\d+,)|(?:[*+]|\{\d+,\d*\})[^]*(?:[*+]|\{\d+,)/;

/** Characters whose square is still searched at once. */
const SHORT = 20_000;

const script = new Script("new RegExp(source, flags).test(text)");
let place: Context | undefined;

/**
 * Whether an expression fits a text; undefined when that cannot be told in 100 ms, as with `(a+)+$` and many an `a`.
 * Only expressions and texts that can take so long are watched, which costs a fraction of a millisecond.
 */
export function boundedTest(expression: RegExp, text: string): boolean | undefined {
  if (text.length <= SHORT && !SLOW.test(expression.source)) return expression.test(text);
  place ??= createContext(Object.create(null) as object, { codeGeneration: { strings: false, wasm: false } });
  Object.assign(place, { source: expression.source, flags: expression.flags, text });
  try {
    return script.runInContext(place, { timeout: PATIENCE }) as boolean;
  } catch {
    return undefined;
  }
}
