import assert from "node:assert/strict";
import fc from "../check.js";
import { vi } from "vitest";

// A machine may have other work to do.
vi.setConfig({ testTimeout: 600_000 });

/** Runs in CI, over all formats. Multiply them with NACRE_FUZZ. */
const TIMES = Number(process.env["NACRE_FUZZ"] ?? 1);

/** One input may take this many milliseconds of the processor, however large it is. */
const LONGEST = 1_000;

/** Keys that would reach every object if anything assigned by them. */
export const KEYS = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "polluted"] as const;

/** Checks a property with so many inputs; a failure names the seed and the smallest input. */
export async function fuzz<T>(
  runs: number,
  inputs: fc.Arbitrary<T>,
  holds: (input: T) => void | Promise<void>,
): Promise<void> {
  const own = Object.getOwnPropertyNames(Object.prototype).length;
  const property = fc.asyncProperty(inputs, async (input) => {
    const before = process.cpuUsage();
    await holds(input);
    const { user, system } = process.cpuUsage(before);
    assert((user + system) / 1_000 < LONGEST, `${(user + system) / 1_000} ms for one input`);
    assert.equal(Object.getOwnPropertyNames(Object.prototype).length, own);
  });
  await fc.assert(property, { numRuns: Math.ceil(runs * TIMES) });
}

/** JSON with keys that are traps, in any depth. */
export const anyJson: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    fc.oneof(fc.string({ maxLength: 12 }), fc.integer(), fc.double(), fc.boolean(), fc.constant(null), fc.constant("")),
    fc.array(tie("value"), { maxLength: 4 }),
    fc
      .array(fc.tuple(fc.oneof(fc.constantFrom(...KEYS), fc.string({ maxLength: 8 })), tie("value")), { maxLength: 4 })
      .map(withKeys),
  ),
})).value;

/** An object that has each key as its own, `__proto__` as well, the way JSON.parse makes them. */
export function withKeys(entries: readonly (readonly [string, unknown])[]): unknown {
  const object = {};
  for (const [key, value] of entries) {
    Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
  }
  return object;
}

/** Something done to a list: a part is dropped, doubled, moved, cut, or something foreign put in. */
export type Change =
  | { readonly kind: "drop" | "double" | "swap"; readonly at: number }
  | { readonly kind: "cut"; readonly at: number; readonly share: number }
  | { readonly kind: "put"; readonly at: number; readonly text: string };

export function anyChanges(texts: fc.Arbitrary<string>, most = 4): fc.Arbitrary<readonly Change[]> {
  const at = fc.nat(1_000);
  return fc.array(
    fc.oneof(
      fc.record({ kind: fc.constantFrom("drop" as const, "double" as const, "swap" as const), at }),
      fc.record({ kind: fc.constant("cut" as const), at, share: fc.double({ min: 0, max: 1, noNaN: true }) }),
      fc.record({ kind: fc.constant("put" as const), at, text: texts }),
    ),
    { maxLength: most },
  );
}

export function changed(parts: readonly string[], changes: readonly Change[]): string[] {
  const list = [...parts];
  for (const change of changes) {
    const place = change.at % Math.max(1, list.length);
    const part = list[place] ?? "";
    if (change.kind === "drop") list.splice(place, 1);
    else if (change.kind === "double") list.splice(place, 0, part);
    else if (change.kind === "cut") list[place] = part.slice(0, Math.floor(part.length * change.share));
    else if (change.kind === "put") list.splice(place, 0, change.text);
    else [list[place], list[0]] = [list[0] ?? "", part];
  }
  return list;
}
