import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { namesIn } from "../../../../schemas/names-in.js";
import { isObject } from "../../../../schemas/json.js";
import { isRunning, ownStart } from "../../../../schemas/process-start.js";
import { isWithin } from "../../../../schemas/is-within.js";
import { readPlain } from "../policy/read-plain.js";
import type { Walls } from "./ground.js";

const FILE = /^running-(\d+)-\d+$/;

const MAX_NOTE = 4 * 1024 * 1024;

let count = 0;

/** Notes which guarded names were there when commands began, for as long as any runs: nobody else knows after a kill. */
export class RunningNote {
  readonly #path: string;

  /** `folder` is private to the user and out of reach of commands. */
  constructor(folder: string) {
    this.#path = join(folder, `running-${process.pid}-${count++}`);
  }

  write({ writable, known }: Walls): void {
    const note = { start: ownStart(), writable, known: [...known.keys()] };
    writeFileSync(this.#path, JSON.stringify(note), { mode: 0o600 });
  }

  clear(): void {
    rmSync(this.#path, { force: true });
  }
}

/** Commands of processes that were killed: which guarded names have come to be below a place since they began. */
export type CutOff = (now: Walls) => readonly string[];

/** Takes up what killed processes have noted about any of these folders. */
export function cutOff(folder: string, here: readonly string[]): readonly CutOff[] {
  return namesIn(folder).flatMap((name) => {
    const pid = Number(FILE.exec(name)?.[1]);
    if (!(pid > 0)) return [];
    const note = noteIn(join(folder, name));
    if (isRunning(pid, note?.start ?? "") || (note && !note.writable.some((root) => here.includes(root)))) return [];
    rmSync(join(folder, name), { force: true });
    if (!note) return [];
    const before = new Set(note.known);
    return (now) =>
      [...now.known.keys()].filter((path) => !before.has(path) && note.writable.some((root) => isWithin(root, path)));
  });
}

interface Note {
  readonly start: string;
  readonly writable: readonly string[];
  readonly known: readonly string[];
}

function noteIn(path: string): Note | undefined {
  try {
    const { text } = readPlain(path, MAX_NOTE) ?? { text: "" };
    const value: unknown = JSON.parse(Buffer.from(text, "latin1").toString("utf8"));
    if (!isObject(value)) return undefined;
    const { start, writable, known } = value;
    if (typeof start !== "string" || !Array.isArray(writable) || !Array.isArray(known)) return undefined;
    return { start, writable: writable as string[], known: known as string[] };
  } catch {
    return undefined;
  }
}
