import { existsSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { EXIT, UserError } from "../../../schemas/errors.js";
import type { TurnEvent } from "../../../schemas/event.js";
import { releaseLock, takeLock } from "../../../schemas/file-lock.js";
import type { Transcript } from "../../../schemas/kinds.js";
import { endLeftovers } from "../../../schemas/orphans.js";
import { realPath } from "../../../schemas/real-path.js";
import { sweepTemporaries } from "../../../schemas/temporary-name.js";
import { AppendFile } from "./append-file.js";
import type { Desk, Reading } from "./desk.js";
import { subfolders, transcriptOf } from "./events.js";
import { projectFolder } from "./place.js";
import { summaryOf, type Summary } from "./summary.js";

const SHOWN = 3;

/** Locks without a session that are looked at each time. */
const MOST_DEAD = 50;

/** The sessions on disk. */
export class Shelf {
  readonly desk: Desk;

  constructor(desk: Desk) {
    this.desk = desk;
  }

  /** By path, id, name or unambiguous beginning of an id: first in this project, then in all. Throws a UserError. */
  async find(wanted: string, cwd: string): Promise<Transcript> {
    const path = resolve(cwd, wanted);
    if (/[/\\]|\.jsonl$/.test(wanted) && existsSync(path)) return this.#read(await this.#summary(path));
    const near = await this.#summaries(cwd);
    const match = matching(near, wanted) ?? matching(await this.#summaries(), wanted);
    if (match) return this.#read(match);
    const last = near.slice(0, SHOWN).map((one) => `${one.id} (${one.name ?? one.title ?? "no prompt"})`);
    const there = last.length > 0 ? `The last of this folder: ${last.join(", ")}` : "This folder has none";
    throw new UserError(`There is no session "${wanted}". ${there}; see "nacre sessions list --all".`, EXIT.usage);
  }

  /** The newest session of a folder; with `headless` false only those that a person watched. */
  async latest(cwd: string, { headless }: { readonly headless: boolean }): Promise<Transcript | undefined> {
    const root = realPath(cwd) ?? resolve(cwd);
    for (const path of await byAge(await files(projectFolder(this.desk.home, root)))) {
      const summary = await summaryOf(path);
      // A file with a broken beginning does not say whose it is; it stands where those of this folder stand.
      if (summary && [root, ""].includes(summary.root) && (headless || !summary.headless)) return this.#read(summary);
    }
    return undefined;
  }

  /** All sessions of a folder, or of all folders, newest first. */
  async list(cwd?: string): Promise<readonly Transcript[]> {
    return (await this.#summaries(cwd)).map((summary) => this.#read(summary));
  }

  /** Adds events to a session that nobody has open. Throws a UserError when somebody has. */
  append({ path }: Transcript, events: readonly TurnEvent[]): void {
    if (!this.desk.persist) return;
    this.desk.claim(path);
    const file = new AppendFile(path);
    try {
      const cut = file.open();
      const lines = events.map((event) => `${JSON.stringify(event)}\n`);
      file.write((cut ? "\n" : "") + lines.join(""));
      file.sync();
    } finally {
      file.close();
      this.desk.release(path, false);
    }
  }

  async #summaries(cwd?: string): Promise<Summary[]> {
    const { home } = this.desk;
    const root = cwd === undefined ? undefined : (realPath(cwd) ?? resolve(cwd));
    const folders = root === undefined ? await subfolders(join(home, "projects")) : [projectFolder(home, root)];
    const paths = (await Promise.all(folders.map(files))).flat();
    const summaries: Summary[] = [];
    for (const path of await byAge(paths)) {
      const summary = await summaryOf(path);
      if (summary && (root === undefined || summary.root === root || summary.root === "")) summaries.push(summary);
    }
    return summaries;
  }

  async #summary(path: string): Promise<Summary> {
    const summary = await summaryOf(path);
    if (summary) return summary;
    throw new UserError(`The transcript ${path} cannot be read.`, EXIT.usage);
  }

  #read(summary: Summary): Transcript {
    const { home, readings } = this.desk;
    let reading: Reading = { path: summary.path, end: 0, damaged: 0, unpaired: 0, unsaved: false };
    return {
      ...summary,
      events: () => {
        reading = { path: summary.path, end: 0, damaged: 0, unpaired: 0, unsaved: false };
        readings.set(summary.id, reading);
        return transcriptOf({ home, reading });
      },
      damaged: () => reading.damaged + reading.unpaired,
    };
  }
}

/** The one session that is meant; a name given twice means the newest. Throws a UserError when several could be. */
function matching(summaries: readonly Summary[], wanted: string): Summary | undefined {
  const exact = summaries.find((one) => one.id === wanted) ?? summaries.find((one) => one.name === wanted);
  if (exact) return exact;
  const several = summaries.filter((one) => one.id.startsWith(wanted));
  if (several.length < 2) return several[0];
  const ids = several.slice(0, SHOWN).map((one) => one.id);
  const more = several.length > SHOWN ? " and more" : "";
  throw new UserError(
    `Several sessions begin with "${wanted}": ${ids.join(", ")}${more}; give more of the id.`,
    EXIT.usage,
  );
}

async function files(folder: string): Promise<string[]> {
  sweepTemporaries(folder);
  const names = await readdir(folder).catch(() => []);
  removeDeadLocks(folder, new Set(names));
  return names.filter((name) => name.endsWith(".jsonl")).map((name) => join(folder, name));
}

/** Whoever was killed right before the first line of a session has left a lock that nobody would look at again. */
function removeDeadLocks(folder: string, names: ReadonlySet<string>): void {
  const alone = [...names].filter((name) => name.endsWith(".lock") && !names.has(name.replace(/lock$/, "jsonl")));
  for (const name of alone.slice(0, MOST_DEAD)) {
    try {
      if (!takeLock(join(folder, name), endLeftovers)) releaseLock(join(folder, name));
    } catch {
      // It is in nobody's way.
    }
  }
}

/** Newest first; of two files of one moment the one whose name comes first. */
async function byAge(paths: readonly string[]): Promise<string[]> {
  const aged = await Promise.all(
    paths.map(async (path) => ({ path, time: (await stat(path).catch(() => undefined))?.mtimeMs ?? 0 })),
  );
  const sorted = aged.toSorted((a, b) => b.time - a.time || (basename(a.path) < basename(b.path) ? -1 : 1));
  return sorted.map(({ path }) => path);
}
