import { mkdirSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { codeOf } from "../../../schemas/errors.js";
import { releaseLock, takeLock } from "../../../schemas/file-lock.js";
import { Chain, discard, type Head } from "./chain.js";

/** Tells of every log in the folder, and is a chain itself. */
export const INDEX = "index.jsonl";

/** How long another process may be writing to the index, in milliseconds. */
const PATIENCE = 1_000;
const PAUSE = 5;

/**
 * The folder of audit logs: a file for each session that was opened, and an index, itself a chain, that tells when each
 * began and how it ended, so that a file that is gone, or cut together with its head, is missed.
 */
export class Shelf {
  readonly dir: string;

  constructor(home: string) {
    this.dir = join(home, "audit");
  }

  get index(): string {
    return join(this.dir, INDEX);
  }

  /** Begins the file of a session. Throws what the file system says. */
  begin(session: string, at: string): { readonly file: string; readonly chain: Chain } {
    mkdirSync(this.dir, { recursive: true, mode: 0o700 });
    const name = `${at.replaceAll(/[:.]/g, "-")}-${session.replaceAll(/[^\w-]/g, "").slice(0, 36)}.jsonl`;
    // The index must not know of a file that a kill in between leaves unmade.
    const chain = Chain.create(join(this.dir, name));
    try {
      this.#enter({ type: "open", at, session, file: name });
    } catch (error) {
      chain.close();
      discard(join(this.dir, name));
      throw error;
    }
    return { file: name, chain };
  }

  /** Enters how a file ended. */
  end(file: string, { lines, hash }: Head, at: string): void {
    this.#enter({ type: "close", at, file, lines, head: hash });
  }

  /** Paths of the files there are, oldest first. */
  files(): readonly string[] {
    try {
      const names = readdirSync(this.dir).filter((name) => name.endsWith(".jsonl") && name !== INDEX);
      return names.toSorted().map((name) => join(this.dir, name));
    } catch (error) {
      if (codeOf(error) === "ENOENT") return [];
      throw error;
    }
  }

  #enter(entry: Readonly<Record<string, string | number>>): void {
    const lock = `${this.index}.lock`;
    const end = performance.now() + PATIENCE;
    for (let holder = takeLock(lock); holder; holder = takeLock(lock)) {
      if (performance.now() > end) throw new Error(`${basename(lock)} is held by process ${holder.pid}`);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE);
    }
    try {
      const chain = Chain.open(this.index);
      try {
        chain.append(entry);
      } finally {
        chain.close();
      }
    } finally {
      releaseLock(lock);
    }
  }
}
