import { readdirSync, type Dirent } from "node:fs";
import { join, relative } from "node:path";
import { matcher } from "./glob-names.js";
import { offence } from "./name-offence.js";
import type { Place } from "../paths/judge-path.js";
import { anything, type Value } from "./value.js";

/** Entries, and milliseconds, that looking through a folder may take. */
const BUDGET = 10_000;
const DEADLINE = 400;

/** A list of the files below a folder. */
export interface Listing {
  /** Absolute. */
  readonly folder: string;
  /** How its names begin: as they are listed, seen from the working folder. */
  readonly cwd: string;
  /** The last segment fits one of these patterns; any, where there is none. */
  readonly patterns: readonly string[];
  /** Links are not listed. */
  readonly files: boolean;
  /** Names that begin with a dot are left out. */
  readonly visible: boolean;
  /** Folders of these names are left out. */
  readonly without: readonly string[];
}

/** What the names of a listing are, after a look at every one of them. */
export function namesOf(listing: Listing, place: Place): Value {
  const { folder, cwd } = listing;
  const wanted = listing.patterns.map(matcher);
  const latest = performance.now() + DEADLINE;
  let left = BUDGET;
  const open = [folder];
  for (let dir = open.pop(); dir !== undefined; dir = open.pop()) {
    for (const entry of entriesOf(dir)) {
      if (left-- <= 0 || performance.now() > latest) return anything("there are too many files to look at");
      const { name } = entry;
      if (listing.visible && name.startsWith(".")) continue;
      const path = join(dir, name);
      if (entry.isDirectory() && !listing.without.includes(name) && !path.endsWith(".git/objects")) open.push(path);
      if (listing.files && !entry.isFile()) continue;
      if (wanted.length > 0 && !wanted.some((one) => one(name))) continue;
      const why = offence(relative(cwd, path), cwd, place, entry.isSymbolicLink());
      if (why !== undefined) return anything(why);
    }
  }
  return { kind: "names", base: cwd, sample: folder };
}

function entriesOf(dir: string): readonly Dirent[] {
  try {
    return readdirSync(dir, { withFileTypes: true });
  } catch {
    return [];
  }
}
