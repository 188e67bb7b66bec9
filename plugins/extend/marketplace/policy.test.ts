import { expect, it } from "vitest";
import type { KernelView } from "../../../core/types.js";
import { checkPolicy } from "./policy.js";

function permits(settings: Readonly<Record<string, readonly object[]>>): boolean {
  const origins = (path: string): readonly object[] =>
    settings[path] ? [{ value: settings[path], layer: "project", source: "/p/.nacre.toml" }] : [];
  const kernel = { settings: { origins } } as unknown as KernelView;
  try {
    checkPolicy(kernel, { source: "url", url: `https://${"a".repeat(40)}.invalid/m.json` });
    return true;
  } catch {
    return false;
  }
}

it("a pattern that takes for ever permits nothing, and is given up (advisory 69)", () => {
  const slow = [{ source: "hostPattern", hostPattern: "^(a+)+$" }];
  const started = performance.now();
  expect(permits({ blockedMarketplaces: slow })).toBe(false);
  expect(permits({ strictKnownMarketplaces: slow })).toBe(false);
  expect(performance.now() - started).toBeLessThan(5_000);
});

it("patterns block and permit by host", () => {
  expect(permits({ blockedMarketplaces: [{ source: "hostPattern", hostPattern: "evil" }] })).toBe(true);
  expect(permits({ blockedMarketplaces: [{ source: "hostPattern", hostPattern: "^a+\\.invalid$" }] })).toBe(false);
  expect(permits({ strictKnownMarketplaces: [{ source: "hostPattern", hostPattern: "^a+\\.invalid$" }] })).toBe(true);
  expect(permits({ strictKnownMarketplaces: [] })).toBe(false);
});
