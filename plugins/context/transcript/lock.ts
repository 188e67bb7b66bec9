import { closeSync, linkSync, openSync, readFileSync, renameSync, statSync, unlinkSync, writeSync } from "node:fs";
import { codeOf } from "../../../schemas/errors.js";
import { isRunning, ownStart } from "./process-start.js";

/** Who has a lock. The pid is 0 while the other process is still writing its name. */
export interface Holder {
  readonly pid: number;
}

/** A lock without a name is being written; after this many milliseconds its writer is taken for dead. */
const UNNAMED_FOR = 2_000;
const ATTEMPTS = 5;

const ours = new Set<string>();
let watching = false;

/**
 * Takes the lock at `path` for this process, at once or not at all. Answers with who has it otherwise. A lock whose
 * process is gone, or whose process number now belongs to another one, is taken over. Throws what the file system says.
 */
export function takeLock(path: string): Holder | undefined {
  let holder: Holder = { pid: 0 };
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (create(path)) return undefined;
    const found = read(path);
    if (!found) continue;
    holder = found;
    if (found.alive) return found;
    takeAway(path, found.text);
  }
  return holder;
}

/** Gives a lock of this process back. Does nothing for any other. */
export function releaseLock(path: string): void {
  if (!ours.delete(path)) return;
  try {
    unlinkSync(path);
  } catch {
    // Gone already: somebody tidied up.
  }
}

function create(path: string): boolean {
  let file: number;
  try {
    file = openSync(path, "wx", 0o600);
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
  try {
    writeSync(file, JSON.stringify({ pid: process.pid, start: ownStart() }));
  } catch (error) {
    unlinkSync(path);
    throw error;
  } finally {
    closeSync(file);
  }
  ours.add(path);
  if (!watching) process.on("exit", releaseAll);
  watching = true;
  return true;
}

function releaseAll(): void {
  for (const path of ours) releaseLock(path);
}

function read(path: string): (Holder & { readonly text: string; readonly alive: boolean }) | undefined {
  try {
    const text = readFileSync(path, "utf8");
    const { pid, start } = parse(text);
    if (pid > 0) return { pid, text, alive: isRunning(pid, start) };
    return { pid, text, alive: Math.abs(Date.now() - statSync(path).mtimeMs) < UNNAMED_FOR };
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

function parse(text: string): { readonly pid: number; readonly start: string } {
  const [, pid] = /"pid":(\d{1,10})\b/.exec(text) ?? [];
  const [, start] = /"start":"([^"]*)"/.exec(text) ?? [];
  return { pid: Number(pid ?? 0), start: start ?? "" };
}

/** Removes a dead lock. Between judging and removing, another process may have put its own there: that one goes back. */
function takeAway(path: string, judged: string): void {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return;
    throw error;
  }
  try {
    if (readFileSync(aside, "utf8") !== judged) linkSync(aside, path);
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  } finally {
    unlinkSync(aside);
  }
}
