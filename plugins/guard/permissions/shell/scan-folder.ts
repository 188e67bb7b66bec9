import { readdirSync, type Dirent } from "node:fs";
import { join, relative } from "node:path";
import { isWithin } from "../../../../schemas/is-within.js";
import { matcher } from "./glob-names.js";
import { isOdd, offence } from "./name-offence.js";
import type { Place } from "../paths/judge-path.js";
import { secretPart } from "../../../../schemas/secret-names.js";
import { remembered } from "../paths/remembered.js";
import { anything, type Value } from "./value.js";

/** Entries, and milliseconds, that looking through a folder may take. */
const BUDGET = 10_000;
const DEADLINE = 400;
const MOST_PATTERNS = 50;

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
  return remembered(place, `names ${JSON.stringify(listing)}`, () => looked(listing, place));
}

function looked(listing: Listing, place: Place): Value {
  const { folder, cwd, patterns, files, visible, without } = listing;
  // So many are taken for any.
  const wanted = patterns.length > MOST_PATTERNS ? [] : patterns.map(matcher);
  const latest = performance.now() + DEADLINE;
  const isInside = place.folders.some((dir) => isWithin(dir, folder));
  let left = BUDGET;
  const open = [folder];
  for (let dir = open.pop(); dir !== undefined; dir = open.pop()) {
    const prefix = relative(cwd, dir);
    // What is looked at closely is only what its own name, or its folder's, is not enough for.
    const isPlain = isInside && !secretPart(dir);
    for (const entry of entriesOf(dir)) {
      if (left-- <= 0 || performance.now() > latest) return anything("there are too many files to look at");
      const { name } = entry;
      if (visible && name.startsWith(".")) continue;
      if (entry.isDirectory() && !without.includes(name) && !isObjects(dir, name)) open.push(join(dir, name));
      if (files && !entry.isFile()) continue;
      if (wanted.length > 0 && !wanted.some((one) => one(name))) continue;
      const path = prefix === "" ? name : `${prefix}/${name}`;
      if (isPlain && !entry.isSymbolicLink() && !isOdd(path) && !secretPart(path)) continue;
      const why = offence(path, cwd, place, entry.isSymbolicLink());
      if (why !== undefined) return anything(why);
    }
  }
  return { kind: "names", base: cwd, sample: folder };
}

/** The folder in which git keeps what it has. */
const isObjects = (dir: string, name: string): boolean => name === "objects" && dir.endsWith(".git");

function entriesOf(dir: string): readonly Dirent[] {
  try {
    return readdirSync(dir, { withFileTypes: true });
  } catch {
    return [];
  }
}
