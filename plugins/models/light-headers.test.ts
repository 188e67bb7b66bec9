import fc from "../../test/check.js";
import { describe, expect, it } from "vitest";
import { LightHeaders } from "./light-headers.js";

const name = fc.constantFrom("accept", "Accept", "X-Key", "x-key", "retry-after", "Set");
const value = fc.stringMatching(/^[a-z0-9][a-z0-9 ,=/]{0,8}[a-z0-9]$/);
const step = fc.tuple(fc.constantFrom("set", "append", "delete"), name, value);

describe("LightHeaders", () => {
  it("answers like the global Headers after any changes", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value)), fc.array(step), (pairs, steps) => {
        const [light, real] = [new LightHeaders(pairs), new Headers(pairs)];
        for (const [method, key, text] of steps) for (const each of [light, real]) each[method as "set"](key, text);
        expect([...light].sort()).toEqual([...real].sort());
        for (const key of ["ACCEPT", "x-Key", "none"]) {
          expect(light.get(key)).toBe(real.get(key));
          expect(light.has(key)).toBe(real.has(key));
        }
      }),
    );
  });

  it("takes a record with lists and leaves out what is undefined", () => {
    expect([...new LightHeaders({ A: ["1", "2"], B: undefined, C: " 3 " })]).toEqual([
      ["a", "1, 2"],
      ["c", "3"],
    ]);
  });

  it("takes another one, and nothing", () => {
    expect([...new LightHeaders(new LightHeaders({ A: "1" }))]).toEqual([["a", "1"]]);
    expect([...new LightHeaders(null)]).toEqual([]);
  });
});
