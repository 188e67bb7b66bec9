import { statSync } from "node:fs";
import { join } from "node:path";
import { namesIn } from "../../../schemas/names-in.js";
import { fileText } from "./file-text.js";
import { unknown, type Leaving } from "./look.js";

/** What of a folder is looked through. */
const MOST_ENTRIES = 20_000;
const MOST_FILES = 5_000;
const MOST_BYTES = 32 * 1024 * 1024;
const DEEPEST = 64;

export interface Walk {
  /** Levels of folders below the first. */
  readonly depth: number;
  /** Names that are left out. */
  readonly skips: ReadonlySet<string>;
}

/** Everything in a folder, names included, that leaves when the folder is sent. Nothing for what is no folder. */
export function folderTexts(dir: string, place: string, skips: ReadonlySet<string>): readonly Leaving[] {
  if (!statSync(dir, { throwIfNoEntry: false })?.isDirectory()) return [];
  const { files, isWhole } = filesBelow(dir, { depth: DEEPEST, skips });
  const leaving: Leaving[] = [{ place: `the names of files in ${dir}`, text: files.join("\n"), inInput: false }];
  let left = MOST_BYTES;
  let seen = 0;
  for (const name of files) {
    if (left <= 0 || seen++ >= MOST_FILES) break;
    const found = fileText(join(dir, name));
    left -= found.text.length;
    if (found.text !== "" || found.partial) leaving.push({ place: `${place}/${name}`.replaceAll("//", "/"), ...found });
  }
  if (isWhole && left > 0 && seen === files.length) return leaving;
  return [...leaving, unknown(place)];
}

/** Files below a folder, links followed, each folder once. */
export function filesBelow(dir: string, { depth, skips }: Walk): { files: readonly string[]; isWhole: boolean } {
  const files: string[] = [];
  const seen = new Set<string>();
  const waiting = [""];
  let left = MOST_ENTRIES;
  let isWhole = true;
  for (let below = waiting.pop(); below !== undefined; below = waiting.pop()) {
    // What cannot be read here cannot be sent by the same user either.
    for (const name of namesIn(join(dir, below)).toSorted()) {
      if (--left < 0) return { files, isWhole: false };
      if (skips.has(name)) continue;
      const path = below === "" ? name : `${below}/${name}`;
      const stats = statSync(join(dir, path), { throwIfNoEntry: false });
      if (!stats?.isDirectory()) files.push(path);
      else if (path.split("/").length > Math.min(depth, DEEPEST)) isWhole &&= depth < DEEPEST;
      else if (!seen.has(`${stats.dev}:${stats.ino}`)) {
        seen.add(`${stats.dev}:${stats.ino}`);
        waiting.push(path);
      }
    }
  }
  return { files, isWhole };
}
