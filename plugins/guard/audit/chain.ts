import { closeSync, constants, fstatSync, ftruncateSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { isObject, type JsonObject } from "../../../schemas/json.js";
import { writeAll } from "../../../schemas/write-all.js";
import { canonicalWith, sha256 } from "./canonical.js";

/** What the first line says of the line before it. */
export const BEGINNING: string = "0".repeat(64);

const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_RDWR, O_WRONLY } = constants;
const TAIL = 256 * 1024;

/** The end of a chain: how many lines it has, and the hash of the last. */
export interface Head {
  readonly lines: number;
  readonly hash: string;
}

/** Where the end of a chain is kept, so that lines cut off at the end are missed. */
export function headFile(path: string): string {
  return `${path}.head`;
}

/** What a head file holds. The last word tells whether it was written to its end. */
export function headText({ lines, hash }: Head): string {
  const text = `${hash} ${String(lines).padStart(15)}`;
  return `${text} ${sha256(text).slice(0, 16)}\n`;
}

/** A line of a chain: what is to be told, its number, the hash of the line before, and its own over all that. */
function lineOf(record: JsonObject, { lines, hash: prev }: Head): { readonly text: string; readonly head: Head } {
  const rest = canonicalWith({ ...record, prev, seq: lines + 1 }, "hash");
  const hash = sha256(rest.text);
  return { text: `${rest.with(hash)}\n`, head: { lines: lines + 1, hash } };
}

/**
 * A file of lines that vouch for each other. It is written by one process at a time; each line is one write, and is with
 * the operating system when `append` returns. Methods throw what the file system says; then the file is as before.
 */
export class Chain {
  #head: Head;
  readonly #file: number;
  readonly #headFile: number;
  #size: number;
  /** Lines that the head file knows of. */
  #kept = -1;

  private constructor(path: string, file: number, head: Head) {
    this.#file = file;
    this.#head = head;
    this.#size = fstatSync(file).size;
    this.#headFile = openSync(headFile(path), O_CREAT | O_WRONLY | O_NOFOLLOW, 0o600);
  }

  static #of(path: string, file: number, head: Head): Chain {
    let chain: Chain | undefined;
    try {
      chain = new Chain(path, file, head);
      // Before the first line: whoever is killed after that leaves a head.
      if (chain.#size === 0) chain.keepHead();
      return chain;
    } catch (error) {
      closeSync(file);
      if (chain) closeSync(chain.#headFile);
      throw error;
    }
  }

  /** A new chain; its file must not be there. */
  static create(path: string): Chain {
    const file = openSync(path, O_RDWR | O_APPEND | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
    try {
      return Chain.#of(path, file, { lines: 0, hash: BEGINNING });
    } catch (error) {
      discard(path);
      throw error;
    }
  }

  /** A chain that may be there: it is gone on with. A last line that was cut in the writing is taken away. */
  static open(path: string): Chain {
    const file = openSync(path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600);
    const { size } = fstatSync(file);
    const start = Math.max(0, size - TAIL);
    const tail = Buffer.alloc(size - start);
    readSync(file, tail, 0, tail.length, start);
    const end = tail.lastIndexOf(0x0a) + 1;
    if (end < tail.length) ftruncateSync(file, start + end);
    const last = tail.subarray(0, Math.max(0, end - 1));
    return Chain.#of(path, file, endOf(last.subarray(last.lastIndexOf(0x0a) + 1).toString("utf8")));
  }

  get head(): Head {
    return this.#head;
  }

  append(record: JsonObject): void {
    const { text, head } = lineOf(record, this.#head);
    const bytes = Buffer.from(text);
    try {
      // A short write means that the disk is all but full; the next one says so.
      writeAll(this.#file, bytes);
    } catch (error) {
      ftruncateSync(this.#file, this.#size);
      throw error;
    }
    this.#size += bytes.length;
    this.#head = head;
  }

  /** Notes how far the chain goes. Lines beyond that are no fault; lines that are missing before it are. */
  keepHead(): void {
    const { lines } = this.#head;
    if (this.#kept === lines) return;
    // Of one length always, so that it is replaced in one write.
    writeSync(this.#headFile, headText(this.#head), 0);
    this.#kept = lines;
  }

  /** Throws what the file system says of the head; the file is closed all the same. */
  close(): void {
    try {
      this.keepHead();
    } finally {
      closeSync(this.#file);
      closeSync(this.#headFile);
    }
  }
}

/** Removes a chain to which nothing was written. */
export function discard(path: string): void {
  for (const one of [path, headFile(path)]) rmSync(one, { force: true });
}

/** What the last line says; whether it is true is for `verify` to tell. */
function endOf(line: string): Head {
  if (line === "") return { lines: 0, hash: BEGINNING };
  try {
    const value: unknown = JSON.parse(line);
    if (isObject(value) && typeof value["seq"] === "number" && typeof value["hash"] === "string") {
      return { lines: value["seq"], hash: value["hash"] };
    }
  } catch {
    // Somebody has been there.
  }
  return { lines: 0, hash: sha256(line) };
}
