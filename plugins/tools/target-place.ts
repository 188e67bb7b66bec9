import { lstatSync, realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { codeOf } from "../../schemas/errors.js";
import { requireJudged, type GivenPath } from "./given-path.js";
import { PinnedFolder } from "./pinned-folder.js";

/** Where a file is to be made. */
export interface Place {
  /** The nearest folder that exists, without links. */
  readonly folder: string;
  /** What is missing below it, the file's own name last. */
  readonly names: readonly string[];
}

/**
 * Finds the place of a file that does not exist yet; undefined when it does. A link to something that does not exist
 * is refused, because nobody can have judged what it would make.
 */
export function placeOfNew(given: GivenPath): Place | undefined {
  const { path } = given;
  const names: string[] = [];
  for (let at = path; ; at = dirname(at)) {
    try {
      const folder = realpathSync.native(at);
      if (at === path) return undefined;
      requireJudged(join(folder, ...names), given);
      return { folder, names };
    } catch (error) {
      if (codeOf(error) !== "ENOENT") throw error;
    }
    if (lstatSync(at, { throwIfNoEntry: false })) throw new Error(`${at} is a link to something that does not exist.`);
    names.unshift(basename(at));
  }
}

/** Runs `write` with the folder of a place held open, after making the folders that are missing. */
export async function inFolder<T>(
  { folder, names }: Place,
  write: (folder: PinnedFolder, name: string) => Promise<T>,
): Promise<T> {
  let pinned = PinnedFolder.open(folder);
  try {
    for (const name of names.slice(0, -1)) {
      const inner = pinned.make(name);
      pinned.close();
      pinned = inner;
    }
    return await write(pinned, names.at(-1)!);
  } finally {
    pinned.close();
  }
}
