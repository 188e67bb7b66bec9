import { describe, expect, it } from "vitest";
import { costOf, Prices } from "./prices.js";

const million = { input: 1e6, output: 1e6, cacheRead: 1e6, cacheWrite: 1e6 };

describe("the price of a model", () => {
  const prices = new Prices();

  it.each([
    ["claude-opus-4-6", 5],
    ["claude-opus-4-20250514", 15],
    ["claude-sonnet-4-5-20250929", 3],
    ["claude-3-5-haiku-latest", 0.8],
    ["claude-opus-4-6[1m]", 5],
    ["gpt-5-mini-2025-08-07", 0.25],
    ["gpt-4o", 2.5],
  ])("of %s is that of its longest known name", (model, input) => {
    expect(prices.of("anthropic", model)?.input).toBe(input);
  });

  it.each(["gpt-5.9", "gpt-5-huge", "claude-opus-4-9", "", "llama3"])("of %j is not guessed", (model) => {
    expect(prices.of("openai", model)).toBeUndefined();
  });

  it("is nothing for a model that runs at home, whatever its name", () => {
    expect(prices.of("ollama", "llama3:8b")).toEqual({ input: 0, output: 0 });
  });

  it("is the user's own where they give one, and what is no price is left out", () => {
    const own = new Prices({
      "gpt-4o": { input: 1, output: 2 },
      mine: { input: 3, output: 4 },
      bad: { input: "x" },
      worse: { input: -1, output: 1 },
    });
    expect(own.of("openai", "gpt-4o")).toEqual({ input: 1, output: 2 });
    expect(own.of("openai", "mine")?.input).toBe(3);
    expect(own.of("openai", "bad")).toBeUndefined();
    expect(own.of("openai", "worse")).toBeUndefined();
  });
});

describe("the cost of an answer", () => {
  it("counts each kind of token at its own price", () => {
    expect(costOf(million, { input: 1, output: 10, cacheRead: 100, cacheWrite: 1000 })).toBe(1111);
  });

  it("takes the input price for a cache whose price is not given", () => {
    expect(costOf(million, { input: 1, output: 10 })).toBe(13);
  });

  it("is higher in whole once the request is longer than the limit of its price", () => {
    const price = { input: 1, output: 1, above: { tokens: 1000, input: 2, output: 3 } };
    expect(costOf({ input: 500, output: 10, cacheRead: 500, cacheWrite: 0 }, price)).toBeCloseTo(1010e-6);
    expect(costOf({ input: 500, output: 10, cacheRead: 501, cacheWrite: 0 }, price)).toBeCloseTo(2032e-6);
  });
});
