import { spawn } from "node:child_process";
import { once } from "node:events";
import { linkSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { rolldown } from "rolldown";
import { beforeAll, expect, it } from "vitest";

const KILLS = 12;

let dir = "";

beforeAll(async () => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), "nacre-kill-")));
  const bundle = await rolldown({ input: join(import.meta.dirname, "kill-target.ts"), platform: "node" });
  await bundle.write({ dir, format: "esm", entryFileNames: "target.mjs", chunkFileNames: "[name]-[hash].mjs" });
  return () => rmSync(dir, { recursive: true });
});

/** Lets a process edit a file over and over, and ends it at once. */
async function kill(path: string): Promise<void> {
  const child = spawn(process.execPath, [join(dir, "target.mjs"), path], { stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout, "data");
  child.stdout.resume();
  await sleep(Math.random() * 20);
  child.kill("SIGKILL");
  await once(child, "close");
}

it.each([
  ["one name", 1, 60_000],
  ["two names, and little in it", 2, 200],
])(
  `A file with %s is whole, ${KILLS} times out of ${KILLS}, when its editor is killed`,
  async (_what, names, lines) => {
    const path = join(dir, `${names}.txt`);
    writeFileSync(path, "old\n".repeat(lines), { mode: 0o640 });
    if (names > 1) linkSync(path, `${path}.other`);
    for (let count = 0; count < KILLS; count++) {
      await kill(path);
      const content = readFileSync(path, "utf8");
      expect(["old\n".repeat(lines), "new\n".repeat(lines)].includes(content), content.slice(0, 100)).toBe(true);
      expect(statSync(path)).toMatchObject({ mode: 0o100640, nlink: names });
      writeFileSync(path, "old\n".repeat(lines));
    }
  },
);
