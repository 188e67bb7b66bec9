import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { changeFile } from "./change-file.js";

let dir = "";
beforeEach(() => void (dir = realpathSync(mkdtempSync(join(tmpdir(), "nacre-config-")))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

describe("Changing a settings file", () => {
  it("makes the file and its folder with the rights asked for", async () => {
    process.umask(0o022);
    await changeFile({ file: join(dir, "a/config.toml"), mode: 0o600 }, (text) => `${text}x = 1\n`);
    await changeFile({ file: join(dir, "b/settings.toml"), mode: 0o644 }, () => "y = 1\n");
    expect(readFileSync(join(dir, "a/config.toml"), "utf8")).toBe("x = 1\n");
    expect([modeOf(join(dir, "a")), modeOf(join(dir, "a/config.toml"))]).toEqual(["700", "600"]);
    expect([modeOf(join(dir, "b")), modeOf(join(dir, "b/settings.toml"))]).toEqual(["755", "644"]);
    expect(readdirSync(join(dir, "a"))).toEqual(["config.toml"]);
  });

  it("keeps mode, byte order mark and links", async () => {
    writeFileSync(join(dir, "real.toml"), "\uFEFFx = 1\n");
    chmodSync(join(dir, "real.toml"), 0o640);
    symlinkSync("real.toml", join(dir, "link.toml"));
    const real = await changeFile({ file: join(dir, "link.toml"), mode: 0o600 }, (text) => `${text}y = 2\n`);
    expect(real).toBe(join(dir, "real.toml"));
    expect(readFileSync(join(dir, "link.toml"), "utf8")).toBe("\uFEFFx = 1\ny = 2\n");
    expect(modeOf(real)).toBe("640");
    expect(readdirSync(dir).toSorted()).toEqual(["link.toml", "real.toml"]);
  });

  it("leaves a file alone whose text stays the same", async () => {
    const file = join(dir, "a.toml");
    writeFileSync(file, "x = 1\n");
    utimesSync(file, 1000, 1000);
    await changeFile({ file, mode: 0o600 }, (text) => text);
    expect(statSync(file).mtimeMs).toBe(1_000_000);
  });

  it("does not follow a link out of the project", async () => {
    mkdirSync(join(dir, "project/.nacre"), { recursive: true });
    writeFileSync(join(dir, "mine.toml"), "x = 1\n");
    symlinkSync("../../mine.toml", join(dir, "project/.nacre/settings.toml"));
    const place = { file: join(dir, "project/.nacre/settings.toml"), mode: 0o644, within: join(dir, "project") };
    await expect(changeFile(place, () => "y = 1\n")).rejects.toThrow(/leads out of .* so it is not changed/);
    expect(readFileSync(join(dir, "mine.toml"), "utf8")).toBe("x = 1\n");
  });

  it.each([
    ["a text that is not UTF-8", Buffer.from([0xff, 0xfe, 0x41]), /not UTF-8/],
    ["a text of more than 1 MB", Buffer.alloc(1024 * 1024 + 1, 32), /larger than 1 MB/],
  ])("refuses %s", async (_, bytes, message) => {
    writeFileSync(join(dir, "a.toml"), bytes);
    await expect(changeFile({ file: join(dir, "a.toml"), mode: 0o600 }, () => "x")).rejects.toThrow(message);
    expect(readFileSync(join(dir, "a.toml")).equals(bytes)).toBe(true);
    expect(readdirSync(dir)).toEqual(["a.toml"]);
  });

  it("leaves nothing behind when the change fails", async () => {
    const failing = changeFile({ file: join(dir, "a.toml"), mode: 0o600 }, () => {
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow(/a\.toml could not be changed: no\./);
    expect(readdirSync(dir)).toEqual([]);
  });

  it("loses no change of many at once", async () => {
    const file = join(dir, "a.txt");
    const add = (n: number): Promise<string> => changeFile({ file, mode: 0o600 }, (text) => `${text}${n}\n`);
    await Promise.all(Array.from({ length: 20 }, (_, n) => add(n)));
    expect(readFileSync(file, "utf8").split("\n").length).toBe(21);
  });
});
