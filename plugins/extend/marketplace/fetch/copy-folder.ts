import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync, readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import type { TreeWriter } from "./tree-writer.js";

const DEEPEST = 40;

/** Copies a folder into a tree: regular files and links. What git keeps for itself is left out. */
export function copyFolder(from: string, into: TreeWriter): void {
  const walk = (path: string, depth: number): void => {
    if (depth > DEEPEST) return into.note(`${path} is nested too deeply and was left out.`);
    for (const name of readdirSync(join(from, path)).toSorted()) {
      const below = path === "" ? name : `${path}/${name}`;
      const file = join(from, below);
      const stats = lstatSync(file);
      if (stats.isSymbolicLink()) into.link(below, readlinkSync(file));
      else if (stats.isDirectory()) {
        if (name.toLowerCase() !== ".git") walk(below, depth + 1);
      } else if (!stats.isFile()) into.note(`${below} is no regular file and was left out.`);
      else if (into.admits(below, stats.size)) copyFile(file, below, into);
    }
  };
  walk("", 0);
}

function copyFile(file: string, path: string, into: TreeWriter): void {
  const fd = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const stats = fstatSync(fd);
    // It may have grown since it was admitted.
    if (stats.isFile() && into.admits(path, stats.size)) into.file(path, readFileSync(fd), (stats.mode & 0o111) !== 0);
  } finally {
    closeSync(fd);
  }
}
