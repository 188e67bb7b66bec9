import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isRootOwned } from "./root-owned.js";

// Below a folder that is root's own, which only root can make.
describe.runIf(process.getuid?.() === 0)("A file of the machine's policy", () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync("/var/lib/nacre-test-");
    chmodSync(dir, 0o755);
    mkdirSync(join(dir, "etc"));
    writeFileSync(join(dir, "etc/policy.json"), "{}", { mode: 0o644 });
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it.each([
    ["it and its folders are root's", () => {}, true],
    ["others may write it", () => chmodSync(join(dir, "etc/policy.json"), 0o666), false],
    ["a group may write it", () => chmodSync(join(dir, "etc/policy.json"), 0o664), false],
    ["others may write its folder", () => chmodSync(join(dir, "etc"), 0o777), false],
    ["others may write a folder above", () => chmodSync(dir, 0o1777), false],
  ])("counts, or does not, where %s (advisory 22)", (_, change, expected) => {
    change();
    expect(isRootOwned(join(dir, "etc/policy.json"))).toBe(expected);
  });

  it("does not count where a link leads to a place that others may write (advisory 22)", () => {
    mkdirSync(join(dir, "open"));
    writeFileSync(join(dir, "open/policy.json"), "{}");
    chmodSync(join(dir, "open"), 0o777);
    symlinkSync(join(dir, "open/policy.json"), join(dir, "etc/link.json"));
    expect(isRootOwned(join(dir, "etc/link.json"))).toBe(false);
  });
});

it("What is not there is nobody's", () => {
  expect(isRootOwned("/nowhere/policy.json")).toBe(false);
});
