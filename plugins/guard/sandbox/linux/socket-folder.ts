import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const NAME = "nacre-box-";

/** Fits such folders, and nothing else. */
export const SOCKETS: RegExp = new RegExp(`^/(?:[^/]+/)*${NAME}\\w{6}$`);

/** A private folder for the sockets of this process. Short, because a socket's path has to be. */
export class SocketFolder {
  #path: string | undefined;
  #count = 0;

  get path(): string {
    return (this.#path ??= mkdtempSync(join(tmpdir(), NAME)));
  }

  /** The path of a socket that is not there yet. */
  next(): string {
    return join(this.path, String(this.#count++));
  }

  remove(): void {
    if (this.#path !== undefined) rmSync(this.#path, { recursive: true, force: true });
    this.#path = undefined;
  }
}
