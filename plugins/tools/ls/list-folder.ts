import { lstatSync, opendirSync, readlinkSync, realpathSync, type Dirent, type Stats } from "node:fs";
import { setImmediate as breathe } from "node:timers/promises";
import type { ToolOutput } from "../../../schemas/tool.js";
import { requireJudged, type GivenPath } from "../given-path.js";
import { pathGlob } from "../../../schemas/path-glob.js";
import { PinnedFolder } from "../pinned-folder.js";
import { printable } from "../../../schemas/printable.js";

export interface Wanted extends GivenPath {
  readonly sort: "name" | "size" | "time";
  /** Patterns of names that are left out. */
  readonly ignore: readonly string[];
}

interface Entry {
  readonly name: string;
  readonly isFolder: boolean;
  stat?: Stats | undefined;
}

const SHOWN = 1_000;
const MOST_CHARACTERS = 30_000;

/** Entries beyond this number are counted, not looked at. */
const LOOKED_AT = 100_000;
const COUNTED = 1_000_000;

/** How many entries are read before others get their turn. */
const SLICE = 1_000;

/** Lists a folder with what kind of thing each entry is, how large and how old. */
export async function listFolder(wanted: Wanted, signal: AbortSignal): Promise<ToolOutput> {
  const real = realpathSync.native(wanted.path);
  requireJudged(real, wanted);
  if (!lstatSync(real).isDirectory()) throw new Error(`${wanted.path} is a file: use Read.`);
  const pinned = PinnedFolder.open(real);
  try {
    return await listPinned(pinned.at("."), wanted, signal);
  } finally {
    pinned.close();
  }
}

async function listPinned(folder: string, wanted: Wanted, signal: AbortSignal): Promise<ToolOutput> {
  const { entries, total } = await readEntries(folder, wanted.ignore, signal);
  const sorted = await inOrder(entries, folder, wanted.sort);
  const lines: string[] = [];
  let length = 0;
  for (const entry of sorted.slice(0, SHOWN)) {
    const line = lineOf(entry, folder);
    length += line.length + 1;
    if (length > MOST_CHARACTERS) break;
    lines.push(line);
  }
  const shown = lines.length;
  return {
    content: [...(shown === 0 ? [`(${wanted.path} is empty.)`] : lines), ...notes(shown, entries.length, total)].join(
      "\n",
    ),
    details: { path: wanted.path, entries: sorted.slice(0, shown).map(factsOf), total, truncated: shown < total },
  };
}

async function readEntries(
  folder: string,
  ignore: readonly string[],
  signal: AbortSignal,
): Promise<{ readonly entries: Entry[]; readonly total: number }> {
  const globs = ignore.map(pathGlob);
  const entries: Entry[] = [];
  let total = 0;
  const dir = opendirSync(folder, { bufferSize: 512 });
  try {
    for (let read = dir.readSync(); read && total < COUNTED; read = dir.readSync()) {
      const { name } = read;
      if (globs.some((fits) => fits(name))) continue;
      total++;
      if (entries.length < LOOKED_AT) entries.push({ name, isFolder: isFolder(read, folder) });
      if (total % SLICE === 0) {
        await breathe();
        signal.throwIfAborted();
      }
    }
  } finally {
    dir.closeSync();
  }
  return { entries, total };
}

/** Some file systems do not tell what an entry is until it is asked. */
function isFolder(entry: Dirent, folder: string): boolean {
  if (entry.isDirectory()) return true;
  return !entry.isFile() && !entry.isSymbolicLink() && statOf(folder, entry.name)?.isDirectory() === true;
}

function statOf(folder: string, name: string): Stats | undefined {
  try {
    return lstatSync(`${folder}/${name}`, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** By name, folders first; or the largest or the newest first. */
async function inOrder(entries: Entry[], folder: string, sort: Wanted["sort"]): Promise<readonly Entry[]> {
  const byName = (one: Entry, other: Entry): number => (one.name < other.name ? -1 : 1);
  if (sort === "name") {
    entries.sort((one, other) => Number(other.isFolder) - Number(one.isFolder) || byName(one, other));
    for (const entry of entries.slice(0, SHOWN)) entry.stat = statOf(folder, entry.name);
    return entries;
  }
  for (const [place, entry] of entries.entries()) {
    entry.stat = statOf(folder, entry.name);
    if (place % SLICE === SLICE - 1) await breathe();
  }
  const key = sort === "size" ? sizeOf : ({ stat }: Entry): number => stat?.mtimeMs ?? 0;
  return entries.sort((one, other) => key(other) - key(one) || byName(one, other));
}

/** The size of a folder's own list says nothing about what is in it. */
function sizeOf({ stat, isFolder }: Entry): number {
  return isFolder ? 0 : (stat?.size ?? 0);
}

function typeOf({ stat, isFolder }: Entry): string {
  if (isFolder) return "folder";
  if (!stat) return "unknown";
  if (stat.isSymbolicLink()) return "link";
  return stat.isFile() ? "file" : stat.isFIFO() ? "pipe" : stat.isSocket() ? "socket" : "device";
}

function lineOf(entry: Entry, folder: string): string {
  const { stat, isFolder, name } = entry;
  const type = typeOf(entry);
  const ending = isFolder ? "/" : type === "link" ? ` -> ${targetOf(`${folder}/${name}`)}` : "";
  const size = isFolder ? "-" : String(stat?.size ?? "?");
  return `${type.padEnd(6)} ${size.padStart(9)} ${stat ? minuteOf(stat.mtime) : "?".padEnd(16)} ${printable(name)}${ending}`;
}

function targetOf(path: string): string {
  try {
    return printable(readlinkSync(path));
  } catch {
    return "?";
  }
}

/** Local time, as people read it: 2026-10-11 09:05. */
function minuteOf(date: Date): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

function factsOf(entry: Entry): object {
  const { name, stat } = entry;
  return { name, type: typeOf(entry), size: stat?.size ?? null, mtimeMs: stat?.mtimeMs ?? null };
}

function notes(shown: number, sorted: number, total: number): readonly string[] {
  if (shown === total) return [];
  const all = total >= COUNTED ? `more than ${COUNTED}` : `${total}`;
  const unsorted = sorted < total ? ` Only ${sorted} of them were looked at.` : "";
  return [`(${shown} of ${all} entries; leave some out with ignore, or use Glob.${unsorted})`];
}
