import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { clean } from "./clean.js";

const HOURS = 3_600;

it("The copies of all sessions survive a clock that jumps ahead once, and go when they are as old an hour later", async () => {
  const all = mkdtempSync(join(tmpdir(), "nacre-clean-"));
  const store = join(all, "project/session");
  const marker = join(all, ".cleaned");
  const old = Date.now() / 1000 - 60 * 24 * HOURS;
  mkdirSync(store, { recursive: true });
  writeFileSync(marker, "");
  for (const path of [store, marker]) utimesSync(path, old, old);
  const cleaned = async (): Promise<boolean> => {
    await clean(all, { days: 30, bytes: 1e9 }, new AbortController().signal);
    return !existsSync(store);
  };
  expect(await cleaned()).toBe(false);
  utimesSync(marker, Date.now() / 1000 - 2 * HOURS, Date.now() / 1000 - 2 * HOURS);
  expect(await cleaned()).toBe(true);
  rmSync(all, { recursive: true, force: true });
});
