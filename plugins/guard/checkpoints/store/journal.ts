import { closeSync, constants, fdatasyncSync, fstatSync, openSync, readFileSync, readSync } from "node:fs";
import { dirname, join } from "node:path";
import { codeOf } from "../../../../schemas/errors.js";
import { isObject } from "../../../../schemas/json.js";
import { syncFolder } from "../../../../schemas/sync-folder.js";
import { writeAll } from "../../../../schemas/write-all.js";
import type { FileState } from "../files/file-state.js";

/** The first line: whose journal it is. */
export interface SessionLine {
  readonly type: "session";
  readonly version: 1;
  readonly id: string;
  readonly root: string;
}

/** Something is about to change files. On disk, with the copies it names, before the first of them changes. */
export interface BeforeLine {
  readonly type: "before";
  readonly id: string;
  readonly at: number;
  /** The prompt it is done for. */
  readonly prompt: string;
  readonly tool: string;
  /** What it does, in a few words. */
  readonly title: string;
  /** The process that does it: `pid:start`. */
  readonly process: string;
  /** Single places, as they were. */
  readonly files: readonly Place[];
  /** Whole folders, as they were: each a snapshot in the store. */
  readonly snapshots?: readonly string[];
  /** The changes that this one takes back. */
  readonly undoes?: readonly string[];
}

/** It is done: what has changed, and what it left behind. */
export interface AfterLine {
  readonly type: "after";
  readonly id: string;
  readonly changes: readonly Change[];
  /** What changed and cannot be put back, a few words each. */
  readonly lost?: readonly string[];
  /** Found out later, as the process was cut off: others may have had a part in it. */
  readonly late?: true;
  /**
   * Of what takes something back: `failed` when the system did not let all of it happen, so that it is still to be done;
   * `stayed` when files stay as somebody else left them.
   */
  readonly rest?: "failed" | "stayed";
}

/** Copies of these were removed to make room. */
export interface TrimmedLine {
  readonly type: "trimmed";
  readonly ids: readonly string[];
}

/** The model knows of these. */
export interface ToldLine {
  readonly type: "told";
  readonly ids: readonly string[];
}

export type JournalLine = SessionLine | BeforeLine | AfterLine | TrimmedLine | ToldLine;

export interface Place {
  readonly path: string;
  readonly state: FileState;
}

export interface Change {
  readonly path: string;
  readonly before: FileState;
  readonly after: FileState;
}

const NEWLINE = 0x0a;
/** Bytes. A path has 4,096 at most. */
const LONGEST_FIRST = 32 * 1024;
/** Bytes from which on nothing is added, so that it can always be read. */
const MOST = 128 * 1024 * 1024;
const FLAGS = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW;
/** Never waits for somebody to write into a pipe. */
const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** The file of a session's journal. */
export function journalIn(folder: string): string {
  return join(folder, "journal.jsonl");
}

/** A file that only grows, by whole lines. */
export class Journal {
  readonly path: string;
  readonly #session: Omit<SessionLine, "type" | "version">;
  #fd: number | undefined;
  #isTorn = false;

  constructor(folder: string, session: Omit<SessionLine, "type" | "version">) {
    this.path = journalIn(folder);
    this.#session = session;
  }

  /** Adds a line; with `sync` it is on the disk when this returns. Throws what the file system says. */
  append(line: JournalLine, { sync = true }: { readonly sync?: boolean } = {}): void {
    const isNew = this.#open();
    if (fstatSync(this.#fd!).size > MOST) throw new Error(`${this.path} is larger than ${MOST / 1024 / 1024} MB`);
    const first = isNew ? text({ type: "session", version: 1, ...this.#session }) : this.#isTorn ? "\n" : "";
    const bytes = Buffer.from(first + text(line));
    this.#isTorn = true;
    // A short write means that the disk is all but full; the next one says so.
    writeAll(this.#fd!, bytes);
    this.#isTorn = false;
    if (sync) fdatasyncSync(this.#fd!);
    if (isNew) syncFolder(dirname(this.path));
  }

  /** Everything that can be read. A line that was cut is skipped. */
  read(): readonly JournalLine[] {
    return readJournal(this.path);
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  #open(): boolean {
    if (this.#fd !== undefined) return false;
    this.#fd = openSync(this.path, FLAGS, 0o600);
    const stat = fstatSync(this.#fd);
    if (!stat.isFile()) {
      this.close();
      throw new Error(`${this.path} is no file`);
    }
    const { size } = stat;
    const last = Buffer.alloc(1);
    this.#isTorn = size > 0 && readSync(this.#fd, last, 0, 1, size - 1) === 1 && last[0] !== NEWLINE;
    return size === 0;
  }
}

/** The lines of a journal; none where there is no such file. */
export function readJournal(path: string): readonly JournalLine[] {
  let fd: number;
  try {
    fd = openSync(path, READ);
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return [];
    throw error;
  }
  try {
    const stat = fstatSync(fd);
    return stat.isFile() && stat.size <= 2 * MOST ? readFileSync(fd, "utf8").split("\n").flatMap(parsed) : [];
  } finally {
    closeSync(fd);
  }
}

/** Whose journal it is: what its first line says. */
export function readOwner(path: string): SessionLine | undefined {
  try {
    const fd = openSync(path, READ);
    try {
      const head = Buffer.alloc(LONGEST_FIRST);
      const text = head.toString("utf8", 0, readSync(fd, head, 0, LONGEST_FIRST, 0));
      const [line] = parsed(text.split("\n", 1)[0]!);
      return line?.type === "session" ? line : undefined;
    } finally {
      closeSync(fd);
    }
  } catch {
    return undefined;
  }
}

function text(line: JournalLine): string {
  return `${JSON.stringify(line)}\n`;
}

function parsed(line: string): readonly JournalLine[] {
  if (line === "") return [];
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) && isLine(value) ? [value as unknown as JournalLine] : [];
  } catch {
    return [];
  }
}

function isLine(value: Readonly<Record<string, unknown>>): boolean {
  const { type, id, ids, files, changes } = value;
  if (type === "trimmed" || type === "told") return isNames(ids);
  if (typeof id !== "string") return false;
  if (type === "before") return Array.isArray(files) && files.every(isPlace) && isBefore(value);
  if (type === "after") return Array.isArray(changes) && changes.every(isChange) && isNames(value["lost"] ?? []);
  return type === "session" && typeof value["root"] === "string";
}

function isBefore({ at, prompt, tool, title, process, snapshots, undoes }: Readonly<Record<string, unknown>>): boolean {
  const texts = [prompt, tool, title, process].every((one) => typeof one === "string");
  return texts && typeof at === "number" && [snapshots ?? [], undoes ?? []].every(isNames);
}

function isNames(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}

function isPlace(value: unknown): boolean {
  return isObject(value) && isAbsolutePath(value["path"]) && isState(value["state"]);
}

function isChange(value: unknown): boolean {
  return isObject(value) && isAbsolutePath(value["path"]) && isState(value["before"]) && isState(value["after"]);
}

function isAbsolutePath(value: unknown): boolean {
  return typeof value === "string" && value.startsWith("/") && !value.split("/").includes("..");
}

/** Whether what a file says of a state can be relied on. */
export function isState(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { kind, hash, mode, target } = value;
  if (kind === "file") return typeof hash === "string" && /^[0-9a-f]{64}$/.test(hash) && Number.isInteger(mode);
  if (kind === "link") return typeof target === "string";
  if (kind === "folder") return Number.isInteger(mode);
  return kind === "none" || kind === "other" || kind === "lost";
}
