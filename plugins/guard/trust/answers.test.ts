import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Answers } from "./answers.js";
import { Ledger, type Answer } from "./ledger.js";
import type { Place } from "./place-of.js";

let home: string;
beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), "nacre-answers-")));
  mkdirSync(join(home, ".nacre"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const answers = (): Answers => new Answers(join(home, ".nacre"), home);
const trusted = (root: string): Answer => ({ root, state: "trusted", at: 1, approved: new Set() });
const at = (key: string, isRepository = false): Place => ({ folder: key, root: key, key, isRepository });

describe("What was said about a folder", () => {
  it("holds below it, but not for the repositories in it", async () => {
    const dir = join(home, "work");
    await answers().keep(dir, () => trusted(dir));
    expect(answers().of(at(join(dir, "a/b")))).toEqual(trusted(dir));
    expect(answers().of(at(join(dir, "a/b"), true))).toBeUndefined();
    expect(answers().rootFor(at(join(dir, "a")))).toEqual({ key: dir, base: dir });
  });

  it.each(["the home folder", "a folder above it"])("holds for one run where that is %s", async (which) => {
    const dir = which === "the home folder" ? home : dirname(home);
    const first = answers();
    await first.keep(dir, () => trusted(dir));
    expect(first.of(at(dir))).toEqual(trusted(dir));
    expect(first.list()).toEqual([]);
    expect(answers().of(at(dir))).toBeUndefined();
  });

  it("says nothing about the home folder where it stands on disk", async () => {
    await new Ledger(join(home, ".nacre")).change(home, () => trusted(home));
    expect(answers().of(at(home))).toBeUndefined();
    expect(answers().of(at(join(home, "work")))).toBeUndefined();
  });
});
