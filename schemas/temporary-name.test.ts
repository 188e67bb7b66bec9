import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { sweepTemporaries, temporaryName } from "./temporary-name.js";

const base = mkdtempSync(join(tmpdir(), "nacre-sweep-"));
afterAll(() => rmSync(base, { recursive: true }));

const NOBODY = 4194305;
const HOUR = 3_600;

function folder(files: Readonly<Record<string, number>>): string {
  const dir = mkdtempSync(join(base, "f-"));
  for (const [name, secondsAgo] of Object.entries(files)) {
    writeFileSync(join(dir, name), "x");
    const then = Date.now() / 1000 - secondsAgo;
    utimesSync(join(dir, name), then, then);
  }
  return dir;
}

describe("Temporary files that killed processes left", () => {
  it("are removed once they are old enough, and nothing else is", () => {
    const kept = {
      [temporaryName()]: HOUR,
      [`.nacre-${NOBODY}-0123456789ab.tmp`]: 5,
      [`.nacre-${NOBODY}-0123456789ab.tmp.txt`]: 48 * HOUR,
      [`nacre-${NOBODY}-0123456789ab.tmp`]: 48 * HOUR,
      [`.other-${NOBODY}-0123456789ab.tmp`]: 48 * HOUR,
    };
    const gone = { [`.nacre-${NOBODY}-aaaaaaaaaaaa.tmp`]: 120, [`.nacre-${process.pid}-aaaaaaaaaaaa.tmp`]: 25 * HOUR };
    const dir = folder({ ...kept, ...gone });
    mkdirSync(join(dir, `.nacre-${NOBODY}-bbbbbbbbbbbb.tmp`));
    sweepTemporaries(dir);
    expect(readdirSync(dir).toSorted()).toEqual([...Object.keys(kept), `.nacre-${NOBODY}-bbbbbbbbbbbb.tmp`].toSorted());
  });

  it.runIf(process.getuid?.() === 0)("stay where they are somebody else's", () => {
    const name = `.nacre-${NOBODY}-aaaaaaaaaaaa.tmp`;
    const dir = folder({ [name]: 48 * HOUR });
    chownSync(join(dir, name), 12_345, 12_345);
    sweepTemporaries(dir);
    expect(readdirSync(dir)).toEqual([name]);
  });

  it("are looked for once in each folder", () => {
    const dir = folder({});
    sweepTemporaries(dir);
    const late = join(dir, `.nacre-${NOBODY}-aaaaaaaaaaaa.tmp`);
    writeFileSync(late, "");
    utimesSync(late, 1, 1);
    sweepTemporaries(dir);
    expect(existsSync(late)).toBe(true);
  });

  it("are no matter where the folder is not there", () => {
    expect(() => sweepTemporaries(join(base, "nowhere"))).not.toThrow();
  });
});
