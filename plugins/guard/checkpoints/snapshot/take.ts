import type { Stats } from "node:fs";
import { setImmediate as breathe } from "node:timers/promises";
import { join } from "node:path";
import { readFileSync } from "node:fs";
import { isWithin } from "../../../../schemas/is-within.js";
import { look, type FileState } from "../files/file-state.js";
import { walk } from "../files/walk.js";
import { convertedFiles } from "../git/converted.js";
import type { Repository } from "../git/repository.js";
import { statusOf } from "../git/status.js";
import { megabytes } from "../store/megabytes.js";
import {
  BEFORE_TIME,
  LARGEST_INDEX,
  ownPlaces,
  stampOf,
  type Means,
  type Repositories,
  type Snapshot,
  type SnapshotEntry,
} from "./snapshot.js";

const SLICE = 200;

/** Copies what a command could change in a folder and git does not have. Answers with why not, when it is too much. */
export async function takeSnapshot(
  folder: string,
  repositories: Repositories,
  means: Means,
): Promise<Snapshot | string> {
  const repository = repositories.around(folder, means.env);
  const seen = repository && (await takeOfRepository(folder, repository, means).catch(() => undefined));
  return seen ?? takeOfFolder(folder, means);
}

async function takeOfRepository(
  folder: string,
  repository: Repository,
  means: Means,
): Promise<Snapshot | string | undefined> {
  const at = Date.now();
  // The index first: what is added to it while git looks is then seen as unknown, and copied.
  const file = indexOf(repository.top);
  const index = means.blobs.keepFile(file, LARGEST_INDEX);
  if (index === undefined) return undefined;
  const without = ownPlaces(folder, means.home);
  const status = await statusOf(repository, folder, { timeout: BEFORE_TIME, without });
  const seen = [...status.tracked.keys(), ...status.unknown];
  if (seen.length > means.limits.entries) return tooMany(means);
  const isOdd = seen.some((path) => path.endsWith(".gitattributes"));
  const call = { file, state: index, isOdd, timeout: BEFORE_TIME };
  const { touched, formed } = await convertedFiles(repository, folder, call);
  const all = new Set([...seen, ...touched]);
  const isWhole = all.size <= means.limits.entries;
  const kept = isWhole ? all : new Set(seen);
  for (const path of formed) if (kept.size < means.limits.entries && isWithin(folder, path)) kept.add(path);
  const paths = [...kept];
  const entries = await copyAll(
    paths.map((path) => [path, look(path)] as const),
    means,
  );
  await means.blobs.settle();
  return { folder, at, index, entries, closed: status.closed, ...(!isWhole && { touched: true }) };
}

async function takeOfFolder(folder: string, means: Means): Promise<Snapshot | string> {
  const at = Date.now();
  const without = ownPlaces(folder, means.home);
  const limits = { entries: means.limits.entries, time: BEFORE_TIME, without };
  const walked = await walk(folder, limits);
  if (!walked) return tooMany(means);
  const entries = await copyAll([...walked.entries], means);
  await means.blobs.settle();
  return { folder, at, entries, closed: walked.closed };
}

function tooMany({ limits }: Means): string {
  return `it holds too much to look at before each command (more than ${limits.entries} files outside of what git keeps, or it took too long)`;
}

async function copyAll(
  found: readonly (readonly [path: string, stat: Stats | undefined])[],
  { blobs, limits }: Means,
): Promise<readonly SnapshotEntry[]> {
  const before = blobs.bytes;
  const full: FileState = { kind: "lost", why: `copies for one command end at ${megabytes(limits.command)}` };
  const entries: SnapshotEntry[] = [];
  for (const [path, stat] of found) {
    const fits = !stat?.isFile() || blobs.bytes - before + stat.size <= limits.command || blobs.knows(path, stat);
    const state = fits ? blobs.stateOf(path, true, stat) : full;
    const entry = { path, state, inode: stat?.ino ?? 0 };
    entries.push(state.kind === "lost" ? { ...entry, stamp: stampOf(stat) } : entry);
    if (blobs.isFull) await blobs.settle();
    else if (entries.length % SLICE === 0) await breathe();
  }
  return entries;
}

/** Where the index is; in a linked work tree `.git` is a file that says where its folder is. */
function indexOf(top: string): string {
  const own = join(top, ".git");
  if (look(own)?.isDirectory()) return join(own, "index");
  const [, folder = ""] = /^gitdir: (.+)$/m.exec(readFileSync(own, "utf8")) ?? [];
  return join(folder.startsWith("/") ? folder : join(top, folder), "index");
}
