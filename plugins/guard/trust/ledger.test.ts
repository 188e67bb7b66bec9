import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Ledger, type Answer } from "./ledger.js";

let home: string;
beforeEach(() => void (home = realpathSync(mkdtempSync(join(tmpdir(), "nacre-ledger-")))));
afterEach(() => rmSync(home, { recursive: true, force: true }));

const trusted = (root: string, ...approved: readonly string[]): Answer => ({
  root,
  state: "trusted",
  at: 1,
  approved: new Set(approved),
});
const files = (): readonly string[] => readdirSync(join(home, "trust"));

describe("The ledger of answers", () => {
  it("keeps them for their owner's eyes only, and leaves nothing else behind (advisory 25)", async () => {
    const ledger = new Ledger(home);
    await ledger.change("/a", () => trusted("/a", "x"));
    expect(statSync(join(home, "trust")).mode & 0o777).toBe(0o700);
    expect(files()).toHaveLength(1);
    expect(statSync(join(home, "trust", files()[0]!)).mode & 0o777).toBe(0o600);
    expect(ledger.read("/a")).toEqual(trusted("/a", "x"));
    expect(ledger.read("/a/b")).toBeUndefined();
    expect(ledger.list()).toEqual([trusted("/a", "x")]);
  });

  it("loses none of many that are given at once", async () => {
    const add = (name: string): Promise<void> =>
      new Ledger(home).change("/a", (before) => trusted("/a", ...(before?.approved ?? []), name));
    const names = Array.from({ length: 20 }, (_, at) => `n${at}`);
    await Promise.all(names.map(add));
    expect([...new Ledger(home).read("/a")!.approved].toSorted()).toEqual(names.toSorted());
  });

  it.each([
    ["a link", (file: string) => (rmSync(file), symlinkSync(join(home, "other.json"), file))],
    ["a folder", (file: string) => (rmSync(file), mkdirSync(file))],
    ["what anybody may write", (file: string) => chmodSync(file, 0o622)],
    ["no JSON", (file: string) => writeFileSync(file, "{")],
    [
      "of another shape",
      (file: string) => writeFileSync(file, '{"version":1,"root":"/a","state":"yes","approved":[]}'),
    ],
    [
      "of another version",
      (file: string) => writeFileSync(file, '{"version":2,"root":"/a","state":"trusted","approved":[]}'),
    ],
    [
      "about another folder",
      (file: string) => writeFileSync(file, '{"version":1,"root":"/b","state":"trusted","approved":[]}'),
    ],
    [
      "too large",
      (file: string) =>
        writeFileSync(
          file,
          JSON.stringify({ version: 1, root: "/a", state: "trusted", approved: ["x".repeat(5_000_000)] }),
        ),
    ],
  ])("believes no file that is %s", async (_, spoil) => {
    const ledger = new Ledger(home);
    await ledger.change("/a", () => trusted("/a"));
    writeFileSync(join(home, "other.json"), JSON.stringify({ version: 1, root: "/a", state: "trusted", approved: [] }));
    spoil(join(home, "trust", files()[0]!));
    expect(ledger.read("/a")).toBeUndefined();
  });

  it("says so where an answer cannot be kept", async () => {
    writeFileSync(join(home, "trust"), "");
    await expect(new Ledger(home).change("/a", () => trusted("/a"))).rejects.toThrow(
      "The answer about /a cannot be kept",
    );
  });
});
