import {
  chownSync,
  closeSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { PinnedFolder } from "./pinned-folder.js";
import { requirePlace } from "./require-place.js";
import { Conflict, replaceFile, type Target } from "./replace-file.js";
import { inFolder, placeOfNew } from "./target-place.js";

let dir = "";

beforeEach(() => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), "nacre-replace-")));
  mkdirSync(join(dir, "work"));
  mkdirSync(join(dir, "trap"));
  writeFileSync(join(dir, "work/a.txt"), "old");
  return () => rmSync(dir, { recursive: true });
});

const NEW = Buffer.from("new");
const content = (path: string): string => readFileSync(join(dir, path), "utf8");

/** The place of `work/a.txt`, as it is now. */
function target(name = "a.txt"): Target {
  const before = lstatSync(join(dir, "work", name), { throwIfNoEntry: false });
  return { folder: PinnedFolder.open(join(dir, "work")), name, before };
}

describe("Replacing a file", () => {
  it.runIf(process.getuid?.() === 0)("keeps its owner", async () => {
    chownSync(join(dir, "work/a.txt"), 1234, 5678);
    const stat = await replaceFile(target(), NEW);
    expect(stat).toMatchObject({ uid: 1234, gid: 5678 });
    expect(content("work/a.txt")).toBe("new");
  });

  it("happens in the folder that was looked at, even when its path leads elsewhere by then", async () => {
    const place = target();
    renameSync(join(dir, "work"), join(dir, "moved"));
    symlinkSync("trap", join(dir, "work"));
    writeFileSync(join(dir, "trap/a.txt"), "trap");
    await replaceFile(place, NEW);
    expect([content("moved/a.txt"), content("trap/a.txt")]).toEqual(["new", "trap"]);
  });

  it.each([
    ["changed", () => writeFileSync(join(dir, "work/a.txt"), "theirs")],
    ["was replaced", () => [writeFileSync(join(dir, "b"), "old"), renameSync(join(dir, "b"), join(dir, "work/a.txt"))]],
    ["became a link", () => [rmSync(join(dir, "work/a.txt")), symlinkSync("../trap", join(dir, "work/a.txt"))]],
    ["is gone", () => rmSync(join(dir, "work/a.txt"))],
  ])("is refused when the file %s meanwhile, and leaves nothing behind", async (_what, change) => {
    const place = target();
    change();
    const there = readdirSync(join(dir, "work"));
    await expect(replaceFile(place, NEW)).rejects.toThrow(Conflict);
    expect(readdirSync(join(dir, "work"))).toEqual(there);
  });

  it("is refused when somebody else makes a new file first", async () => {
    const place = target("b.txt");
    writeFileSync(join(dir, "work/b.txt"), "theirs");
    await expect(replaceFile(place, NEW)).rejects.toThrow(Conflict);
    expect(content("work/b.txt")).toBe("theirs");
  });

  it("removes what a killed process left in the same folder, but no copy that may be all there is", async () => {
    const names = ["tmp", "copy"].map((ending) => `.nacre-4194305-0123456789ab.${ending}`);
    for (const name of names) {
      writeFileSync(join(dir, "work", name), "left");
      utimesSync(join(dir, "work", name), 1, 1);
    }
    await replaceFile(target(), NEW);
    expect(readdirSync(join(dir, "work")).toSorted()).toEqual([names[1], "a.txt"]);
  });

  it("leaves one name and no other file for a new one", async () => {
    await replaceFile(target("b.txt"), NEW);
    expect(readdirSync(join(dir, "work")).toSorted()).toEqual(["a.txt", "b.txt"]);
    expect(statSync(join(dir, "work/b.txt")).nlink).toBe(1);
  });
});

describe("A held folder", () => {
  it("is refused when a part of its path is a link", () => {
    symlinkSync(".", join(dir, "link"));
    expect(() => PinnedFolder.open(join(dir, "link/work"))).toThrow(/was moved or replaced while it was being opened/);
  });

  it("is taken in another spelling, as some file systems give it", () => {
    const fd = openSync(join(dir, "work"), "r");
    expect(() => requirePlace(fd, join(dir, "WORK"))).not.toThrow();
    expect(() => requirePlace(fd, join(dir, "trap"))).toThrow(/was moved or replaced/);
    closeSync(fd);
  });

  it("never makes folders through a link", async () => {
    const place = placeOfNew({ path: join(dir, "work/x/y/b.txt") })!;
    symlinkSync("../trap", join(dir, "work/x"));
    await expect(inFolder(place, async () => "made")).rejects.toThrow(/ENOTDIR|ELOOP/);
    expect(readdirSync(join(dir, "trap"))).toEqual([]);
  });
});
