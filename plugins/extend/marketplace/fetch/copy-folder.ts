import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync, readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { contains, inside } from "../../inside.js";
import type { TreeWriter } from "./tree-writer.js";

const DEEPEST = 40;

/**
 * Copies a folder into a tree: regular files and links. What git keeps for itself is left out. A link that leads out of
 * the folder but stays in `within` is replaced by a copy of what it leads to. True when there was such a one.
 */
export function copyFolder(from: string, into: TreeWriter, within?: string): boolean {
  const copy = new Copy(from, into, within);
  copy.folder(from, "", 0);
  return copy.followed;
}

class Copy {
  followed = false;
  readonly #from: string;
  readonly #into: TreeWriter;
  readonly #within: string | undefined;

  constructor(from: string, into: TreeWriter, within: string | undefined) {
    this.#from = from;
    this.#into = into;
    this.#within = within;
  }

  folder(dir: string, path: string, depth: number): void {
    if (depth > DEEPEST) return this.#into.note(`${path} is nested too deeply and was left out.`);
    for (const name of readdirSync(dir).toSorted()) {
      if (name.toLowerCase() === ".git") continue;
      this.#item(join(dir, name), path === "" ? name : `${path}/${name}`, depth);
    }
  }

  #item(file: string, path: string, depth: number): void {
    const stats = lstatSync(file);
    if (stats.isSymbolicLink()) this.#link(file, path, depth);
    else if (stats.isDirectory()) this.folder(file, path, depth + 1);
    else if (!stats.isFile()) this.#into.note(`${path} is no regular file and was left out.`);
    else if (this.#into.admits(path, stats.size)) this.#file(file, path);
  }

  #link(file: string, path: string, depth: number): void {
    const target = this.#within === undefined ? undefined : inside(this.#within, file).real;
    const isOut = target !== undefined && inside(this.#from, file).real === undefined;
    // What lies around the folder itself would be copied into itself without end.
    if (!isOut || contains(target, this.#from)) return this.#into.link(path, readlinkSync(file));
    this.followed = true;
    this.#item(target, path, depth + 1);
  }

  #file(file: string, path: string): void {
    const fd = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const stats = fstatSync(fd);
      const isFine = stats.isFile() && this.#into.admits(path, stats.size); // It may have grown meanwhile.
      if (isFine) this.#into.file(path, readFileSync(fd), (stats.mode & 0o111) !== 0);
    } finally {
      closeSync(fd);
    }
  }
}
