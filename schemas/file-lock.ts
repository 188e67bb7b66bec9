import { createHash, randomBytes } from "node:crypto";
import { closeSync, constants, fstatSync, linkSync, openSync, readSync, unlinkSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { codeOf, UserError } from "./errors.js";
import { meansNoLinks } from "./means-no-links.js";
import { isRunning, ownStart } from "./process-start.js";
import { temporaryName } from "./temporary-name.js";

/** Who has a lock. The pid is 0 for a lock that names nobody. */
export interface Holder {
  readonly pid: number;
}

/** A process as a lock names it; see `process-start.ts` for the form of its start. */
export interface Named extends Holder {
  readonly start: string;
}

/** A lock that names nobody was not made by us, or on a file system without links; after so many milliseconds it is dead. */
const UNNAMED_FOR = 2_000;
const ATTEMPTS = 5;
/** Bytes of a lock that are read; ours have fewer. */
const LONGEST = 4_096;

/** Milliseconds between two tries of `withLock`, and in all. */
const PAUSE = 15;
const PATIENCE = 10_000;

/** What this process has, and what it wrote there. */
const ours = new Map<string, string>();
let watching = false;

/**
 * Takes the lock at `path` for this process, at once or not at all. Answers with who has it otherwise. A lock whose
 * process is gone, or whose process number now belongs to another one, is taken over; `onDead` is told whose it was.
 * Throws what the file system says.
 */
export function takeLock(path: string, onDead?: (gone: Named) => void): Holder | undefined {
  let holder: Holder = { pid: 0 };
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (create(path)) return undefined;
    const found = read(path);
    if (!found) continue;
    holder = { pid: found.pid };
    if (found.alive) return holder;
    if (removeDead(path, found)) onDead?.({ pid: found.pid, start: found.start });
  }
  return holder;
}

/** Gives a lock of this process back. Does nothing for any other. */
export function releaseLock(path: string): void {
  const text = ours.get(path);
  ours.delete(path);
  try {
    if (text !== undefined && textOf(path)?.text === text) unlinkSync(path);
  } catch {
    // Gone already: somebody tidied up.
  }
}

/**
 * Runs `work` while this process alone has the lock at `path`. Waits for whoever has it, at most ten seconds, then
 * throws a UserError that names it.
 */
export async function withLock<T>(path: string, work: () => T | Promise<T>, patience: number = PATIENCE): Promise<T> {
  const end = performance.now() + patience;
  for (let holder = takeLock(path); holder; holder = takeLock(path)) {
    if (performance.now() > end) {
      const who = holder.pid > 0 ? `process ${holder.pid}` : "another process";
      throw new UserError(`${path} is held by ${who}; try again when it has ended, or remove that file.`);
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
  try {
    return await work();
  } finally {
    releaseLock(path);
  }
}

/** A lock appears with its name in it: a kill in between would leave one that nobody can judge. */
function create(path: string): boolean {
  const text = JSON.stringify({ pid: process.pid, start: ownStart(), id: randomBytes(6).toString("hex") });
  const aside = join(dirname(path), temporaryName());
  write(aside, text);
  try {
    linkSync(aside, path);
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    if (!meansNoLinks(error)) throw error;
    if (!write(path, text)) return false;
  } finally {
    unlinkSync(aside);
  }
  ours.set(path, text);
  if (!watching) process.on("exit", releaseAll);
  watching = true;
  return true;
}

function write(path: string, text: string): boolean {
  let file: number;
  try {
    file = openSync(path, "wx", 0o600);
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
  try {
    writeSync(file, text);
    return true;
  } catch (error) {
    unlinkSync(path);
    throw error;
  } finally {
    closeSync(file);
  }
}

function releaseAll(): void {
  for (const path of ours.keys()) releaseLock(path);
}

function read(path: string): (Named & { readonly text: string; readonly alive: boolean }) | undefined {
  const found = textOf(path);
  if (!found) return undefined;
  const { text, mtimeMs } = found;
  const { pid, start } = parse(text);
  const alive = pid > 0 ? isRunning(pid, start) : Math.abs(Date.now() - mtimeMs) < UNNAMED_FOR;
  return { pid, start, text, alive };
}

/** What a lock says; undefined when there is none. What is no file is never opened to the end: it may have none. */
function textOf(path: string): { readonly text: string; readonly mtimeMs: number } | undefined {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    if (["ELOOP", "ENXIO"].includes(codeOf(error) ?? "")) throw inTheWay(path);
    throw error;
  }
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) throw inTheWay(path);
    const bytes = Buffer.alloc(LONGEST);
    return { text: bytes.toString("utf8", 0, readSync(fd, bytes, 0, LONGEST, 0)), mtimeMs: stat.mtimeMs };
  } finally {
    closeSync(fd);
  }
}

function inTheWay(path: string): UserError {
  return new UserError(`${path} is not the lock file that belongs there: remove it and try again.`);
}

function parse(text: string): Named {
  const [, pid] = /"pid":(\d{1,10})\b/.exec(text) ?? [];
  const [, start] = /"start":"([^"]*)"/.exec(text) ?? [];
  return { pid: Number(pid ?? 0), start: start ?? "" };
}

/**
 * Removes a dead lock. Between judging and removing, another process may have done so and put its own there; so whoever
 * removes this very lock first takes a lock on that, named after what the dead one says. Only its owner removes it, and
 * finds it unchanged or leaves it alone. True for who removed it.
 */
function removeDead(path: string, { pid, text: judged }: Named & { readonly text: string }): boolean {
  const hash = createHash("sha256").update(`${path}\n${judged}`).digest("hex").slice(0, 12);
  // In the form of a temporary file, so that one that a killed process left is cleared away like those.
  const right = join(dirname(path), `.nacre-${pid}-${hash}.tmp`);
  if (takeLock(right)) return false;
  try {
    if (textOf(path)?.text !== judged) return false;
    unlinkSync(path);
    return true;
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
    return false;
  } finally {
    releaseLock(right);
  }
}
