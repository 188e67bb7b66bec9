import { lstat, mkdir, readdir, rm, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { journalIn } from "./store/journal.js";

const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;

export interface Kept {
  /** A session's copies go so many days after its last change. */
  readonly days: number;
  /** Bytes that the copies of all sessions may have; those of the sessions that rest longest go first. */
  readonly bytes: number;
}

interface Store {
  readonly path: string;
  readonly changed: number;
}

/**
 * Removes what is not to be kept any more, at most once an hour, until it is told to stop: nobody waits for it at the end.
 * Sessions of the last hour keep theirs. Never rejects.
 */
export async function clean(all: string, kept: Kept, signal: AbortSignal): Promise<void> {
  const marker = join(all, ".cleaned");
  try {
    const last = await changeOf(marker);
    if (Math.abs(Date.now() - last) < HOUR) return;
    // Perhaps only the clock jumped: what got old all at once is looked at again the next time.
    const jumped = last > 0 && Date.now() - last > kept.days * DAY;
    await mkdir(all, { recursive: true, mode: 0o700 });
    await writeFile(marker, "", { mode: 0o600 });
    const stores = (await storesIn(all)).sort((one, other) => other.changed - one.changed);
    const ageOf = ({ changed }: Store): number => Date.now() - changed;
    for (const store of jumped ? [] : stores)
      if (ageOf(store) > kept.days * DAY) await rm(store.path, { recursive: true, force: true });
    let bytes = 0;
    for (const store of stores) {
      bytes += await sizeOf(store.path, signal);
      if (signal.aborted) return;
      if (bytes > kept.bytes && ageOf(store) > HOUR) await rm(store.path, { recursive: true, force: true });
    }
    for (const project of await namesIn(all)) await rmdir(join(all, project)).catch(() => {});
  } catch {
    // It is tried again later.
  }
}

async function storesIn(all: string): Promise<Store[]> {
  const stores: Store[] = [];
  for (const project of await namesIn(all)) {
    for (const name of await namesIn(join(all, project))) {
      const path = join(all, project, name);
      stores.push({ path, changed: (await changeOf(journalIn(path))) || (await changeOf(path)) });
    }
  }
  return stores;
}

async function sizeOf(store: string, signal: AbortSignal): Promise<number> {
  let sum = 0;
  for (const name of await namesIn(join(store, "blobs"))) {
    if (signal.aborted) break;
    sum += await lstat(join(store, "blobs", name)).then(sizeIn, none);
  }
  return sum;
}

function sizeIn({ size }: { readonly size: number }): number {
  return size;
}

async function changeOf(path: string): Promise<number> {
  return lstat(path).then(({ mtimeMs }) => mtimeMs, none);
}

function none(): number {
  return 0;
}

async function namesIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => !name.startsWith("."));
}
