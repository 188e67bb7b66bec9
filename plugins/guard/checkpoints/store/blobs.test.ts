import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Blobs } from "./blobs.js";

let dir: string;
beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), "nacre-blobs-"))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe("Copies of contents", () => {
  it.each([1, 20])("are there once they are settled: %i of them", async (count) => {
    const blobs = new Blobs(dir, 1_000);
    const hashes = Array.from({ length: count }, (_, at) => blobs.keep(Buffer.from(`text ${at}`)));
    await blobs.settle();
    const later = new Blobs(dir, 1_000);
    expect(hashes.map((hash) => later.read(hash)?.toString())).toEqual(hashes.map((_, at) => `text ${at}`));
  });

  it("that did not get to the disk are not taken for kept", async () => {
    const blobs = new Blobs(dir, 1_000);
    const hash = blobs.keep(Buffer.from("text"));
    rmSync(blobs.folder, { recursive: true });
    await expect(blobs.settle()).rejects.toThrow(/ENOENT/);
    expect(blobs.has(hash)).toBe(false);
  });
});
