import fs from "node:fs";
import { join } from "node:path";
import { undo } from "./history.js";
import { Ledger } from "./ledger.js";
import { limits } from "./kill-limits.js";

/**
 * The program that `kill.test.ts` ends: changes files as tools and commands do and takes two of the changes back. With a
 * number it ends itself right before its n-th change of anything on disk, or in the middle of it where that is a write.
 * It prints a line when it begins, and in the end how many there were.
 */
const [, , home = "", dir = "", at = "0"] = process.argv;
const NAMES = [
  "openSync",
  "mkdirSync",
  "renameSync",
  "unlinkSync",
  "rmdirSync",
  "symlinkSync",
  "writeFileSync",
  "fdatasyncSync",
] as const;

let count = 0;
let killing = true;

function die(): void {
  process.kill(process.pid, "SIGKILL");
}

for (const name of NAMES) {
  const real = fs[name] as (...args: unknown[]) => unknown;
  Object.assign(fs, {
    [name]: (...args: unknown[]) => {
      const changes = name !== "openSync" || (typeof args[1] === "number" && (args[1] & fs.constants.O_CREAT) !== 0);
      if (changes && killing && ++count === Number(at)) die();
      return real(...args);
    },
  });
}
const write = fs.writeSync;
Object.assign(fs, {
  writeSync: (fd: number, bytes: Buffer, ...rest: number[]) => {
    if (killing && ++count === Number(at)) {
      write(fd, bytes, 0, Math.floor(bytes.length / 2));
      die();
    }
    return write(fd, bytes, ...(rest as [number]));
  },
});

const ledger = new Ledger({ home, root: dir, session: "s", env: process.env }, limits);
const facts = { prompt: "p", title: "t" };

async function change(tool: string, paths: readonly string[], make: () => void): Promise<void> {
  const open = await ledger.begin({
    ...facts,
    tool,
    paths: paths.map((path) => join(dir, path)),
    folders: paths.length > 0 ? [] : [dir],
  });
  make();
  await ledger.finish(open);
}

async function main(): Promise<void> {
  write(1, Buffer.from("begun\n"));
  await change("Write", ["a.txt"], () => fs.writeFileSync(join(dir, "a.txt"), "changed once"));
  await change("Write", ["new/b.txt"], () => {
    fs.mkdirSync(join(dir, "new"));
    fs.writeFileSync(join(dir, "new/b.txt"), "made");
  });
  await change("Bash", [], () => {
    fs.writeFileSync(join(dir, "a.txt"), "changed twice");
    fs.unlinkSync(join(dir, "d/gone.txt"));
    fs.rmdirSync(join(dir, "d"));
    fs.symlinkSync("a.txt", join(dir, "link"));
    for (const name of ["one", "two", "three"]) fs.writeFileSync(join(dir, `${name}.txt`), name);
  });
  await undo(ledger, { force: false, dryRun: false, redo: false, prompt: "p" });
  await undo(ledger, { force: false, dryRun: false, redo: true, prompt: "p" });
  killing = false;
  write(1, Buffer.from(`${count}\n`));
}

void main();
