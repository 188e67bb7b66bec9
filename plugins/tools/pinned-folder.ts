import { closeSync, constants, fsync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { codeOf } from "../../schemas/errors.js";
import { knowsPlaces, pathOfDescriptor, requirePlace } from "./require-place.js";

const FLAGS = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/**
 * A folder held open, so that what is done in it happens there even when its path is swapped for a link meanwhile.
 * Systems that cannot reach a file through an open folder fall back to the path.
 */
export class PinnedFolder {
  readonly path: string;
  readonly #fd: number;

  private constructor(path: string, fd: number) {
    this.path = path;
    this.#fd = fd;
  }

  /** `real` has no links in it; a folder that turns out to stand elsewhere is refused. */
  static open(real: string): PinnedFolder {
    return PinnedFolder.#open(real, real);
  }

  static #open(path: string, real: string): PinnedFolder {
    const fd = openSync(path, FLAGS);
    try {
      requirePlace(fd, real);
      return new PinnedFolder(real, fd);
    } catch (error) {
      closeSync(fd);
      throw error;
    }
  }

  /** A name in this folder, for a file operation. */
  at(name: string): string {
    return join(knowsPlaces() ? pathOfDescriptor(this.#fd) : this.path, name);
  }

  /** The folder of that name in this one, made if it is not there. Never goes through a link. */
  make(name: string): PinnedFolder {
    try {
      mkdirSync(this.at(name));
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error;
    }
    return PinnedFolder.#open(this.at(name), join(this.path, name));
  }

  /** Writes to disk which names are in it, where the file system can. */
  async sync(): Promise<void> {
    await new Promise<void>((resolve) => void fsync(this.#fd, () => resolve()));
  }

  close(): void {
    closeSync(this.#fd);
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
