import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listFiles } from "./list-files.js";
import { readText } from "./read-text.js";

let base = "";
beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), "nacre-text-"));
  writeFileSync(join(base, "plain.md"), "# Title\r\nä\n");
  writeFileSync(join(base, "empty.md"), "");
  writeFileSync(join(base, "mark.md"), "\uFEFF---\nname: x\n---\n");
  writeFileSync(join(base, "binary.md"), Buffer.from([80, 75, 0, 4]));
  writeFileSync(join(base, "exact.md"), "x".repeat(1024));
  mkdirSync(join(base, "folder.md"));
  writeFileSync(join(base, "huge.md"), "");
  truncateSync(join(base, "huge.md"), 50 * 1024 * 1024);
  execFileSync("mkfifo", [join(base, "pipe.md")]);
  symlinkSync("/dev/zero", join(base, "zero.md"));
  symlinkSync("loop.md", join(base, "loop.md"));
  symlinkSync("plain.md", join(base, "link.md"));
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

describe("reading a text of a plugin", () => {
  it.each([
    ["plain.md", "# Title\r\nä\n"],
    ["empty.md", ""],
    ["mark.md", "---\nname: x\n---\n"],
    ["link.md", "# Title\r\nä\n"],
  ])("gives what stands in %s", (name, text) => expect(readText(join(base, name))).toBe(text));

  it.each([
    ["nothing.md", "missing", /does not exist/],
    ["plain.md/below", "missing", /does not exist/],
    ["folder.md", "not-a-file", /is a folder, where a file is expected/],
    ["pipe.md", "not-a-file", /is a named pipe/],
    ["zero.md", "not-a-file", /is a device/],
    ["loop.md", "link-loop", /leads back to itself/],
    ["huge.md", "too-large", /larger than 1 MB/],
    ["binary.md", "not-text", /is not a text file/],
  ])("of %s says what is wrong instead of hanging or throwing", (name, code, message) => {
    const file = join(base, name);
    expect(readText(file)).toMatchObject({
      severity: "error",
      code,
      file,
      message: expect.stringMatching(message) as string,
    });
  });

  it.each([
    ["longer", "longer than it was"],
    ["shorter", "short"],
    ["too large", "x".repeat(2000)],
  ])("gives all of a file that has become %s since it was listed", (_how, text) => {
    mkdirSync(join(base, "listed/a"), { recursive: true });
    const file = join(base, "listed/a/SKILL.md");
    writeFileSync(file, "as listed");
    const options = { depth: 1, probe: "SKILL.md", wants: (name: string) => name === "SKILL.md" };
    expect(listFiles(join(base, "listed"), { dir: base }, options).files).toEqual([file]);
    writeFileSync(file, text);
    expect(readText(file, 1024)).toEqual(text.length > 1024 ? expect.objectContaining({ code: "too-large" }) : text);
  });

  it("reads a file of exactly the limit, and not one byte more", () => {
    expect(readText(join(base, "exact.md"), 1024)).toHaveLength(1024);
    expect(readText(join(base, "exact.md"), 1023)).toMatchObject({ code: "too-large" });
  });

  it.skipIf(process.getuid?.() === 0)("says that a file may not be read", () => {
    writeFileSync(join(base, "secret.md"), "x");
    chmodSync(join(base, "secret.md"), 0);
    expect(readText(join(base, "secret.md"))).toMatchObject({ code: "not-readable" });
  });
});
