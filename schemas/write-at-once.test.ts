import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { writeAtOnce } from "./write-at-once.js";

it("makes private files, keeps the mode of others, and leaves the old text where it fails (advisory 25)", () => {
  const dir = mkdtempSync(join(tmpdir(), "nacre-once-"));
  const at = (name: string): string => join(dir, name);
  writeAtOnce(at("state/a"), "one");
  expect([statSync(at("state")).mode & 0o777, statSync(at("state/a")).mode & 0o777]).toEqual([0o700, 0o600]);
  writeFileSync(at("b"), "old");
  chmodSync(at("b"), 0o640);
  writeAtOnce(at("b"), "new");
  expect([readFileSync(at("b"), "utf8"), statSync(at("b")).mode & 0o777]).toEqual(["new", 0o640]);
  mkdirSync(at("c"));
  expect(() => writeAtOnce(at("c"), "x")).toThrow(/EISDIR|EEXIST|ENOTEMPTY/);
  expect(readdirSync(dir).toSorted()).toEqual(["b", "c", "state"]);
  rmSync(dir, { recursive: true });
});

it("keeps rights that the process' mask would take from a new file", () => {
  const dir = mkdtempSync(join(tmpdir(), "nacre-once-"));
  const file = join(dir, "shared");
  writeFileSync(file, "old");
  chmodSync(file, 0o666);
  writeAtOnce(file, "new");
  expect(statSync(file).mode & 0o777).toBe(0o666);
  rmSync(dir, { recursive: true });
});
