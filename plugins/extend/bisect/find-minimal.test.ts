import fc from "../../../test/check.js";
import { describe, expect, it } from "vitest";
import { findMinimal } from "./find-minimal.js";
import { switchedOff } from "./switched-off.js";

const names = (count: number): readonly string[] => Array.from({ length: count }, (_, place) => `p${place}`);

describe("the search", () => {
  it("finds what fails, whether it is one or several that fail together, and nothing that need not be there", async () => {
    const cases = fc.integer({ min: 1, max: 60 }).chain((count) =>
      fc.record({
        all: fc.constant(names(count)),
        guilty: fc.uniqueArray(fc.integer({ min: 0, max: count - 1 }), { minLength: 1, maxLength: 4 }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(cases, async ({ all, guilty }) => {
        const culprits = guilty.map((place) => `p${place}`);
        const fails = async (on: readonly string[]): Promise<boolean> => culprits.every((name) => on.includes(name));
        expect((await findMinimal(all, fails)).toSorted()).toEqual(culprits.toSorted());
      }),
    );
  });

  it("finds one of a thousand in few runs", async () => {
    let runs = 0;
    const found = await findMinimal(names(1000), async (on) => ++runs > 0 && on.includes("p777"));
    expect(found).toEqual(["p777"]);
    expect(runs).toBeLessThan(30);
  });

  it("finds one of several that each fail", async () => {
    const found = await findMinimal(names(10), async (on) => on.includes("p2") || on.includes("p8"));
    expect(found).toEqual(["p2"]);
  });
});

describe("the settings that switch plugins off", () => {
  it("keep what is there already, and write dots as tables", () => {
    expect(
      JSON.parse(switchedOff(["a", "b.c"], '{ "api": { "model": "m" }, "plugins": { "a": { "x": 1 } } }')),
    ).toEqual({
      api: { model: "m" },
      plugins: { a: { x: 1, enabled: false }, b: { c: { enabled: false } } },
    });
    expect(() => switchedOff([], "settings.toml")).toThrow("NACRE_SETTINGS has to be JSON");
    expect(() => switchedOff([], "[]")).toThrow("has to be a JSON object");
  });
});
