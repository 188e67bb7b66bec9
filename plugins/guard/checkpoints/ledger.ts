import { mkdirSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { dirname } from "node:path";
import { isRunning, ownStart } from "../../../schemas/process-start.js";
import { isSame, look, lookStraight, type FileState } from "./files/file-state.js";
import { compareSnapshot } from "./snapshot/compare.js";
import { readSnapshot, Repositories, type Means, type Snapshot, type SnapshotLimits } from "./snapshot/snapshot.js";
import { takeSnapshot } from "./snapshot/take.js";
import { Blobs } from "./store/blobs.js";
import { entriesOf, type Entry } from "./store/entries.js";
import { Journal, type AfterLine, type BeforeLine, type Change, type Place } from "./store/journal.js";
import { storeOf } from "./store/place.js";
import { trim } from "./store/trim.js";

/** For so many times as long as it took, a folder that holds too much is not looked at again. */
const REST = 30;

export interface LedgerPlace {
  readonly home: string;
  readonly root: string;
  readonly session: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface LedgerLimits extends SnapshotLimits {
  /** Bytes of all copies of a session. */
  readonly session: number;
}

/** What a change is about to touch. */
export interface Opening {
  readonly prompt: string;
  readonly tool: string;
  readonly title: string;
  readonly paths: readonly string[];
  /** Folders that are looked at whole. Real paths. */
  readonly folders: readonly string[];
  readonly undoes?: readonly string[];
  /** Folders among the paths are meant themselves, not what is in them. */
  readonly flat?: boolean;
}

/** A change under way. */
export interface Open {
  readonly line: BeforeLine;
  /** Folders whose changes will not be known, each with the reason. */
  readonly blind: ReadonlyMap<string, string>;
}

/** All that can be taken back of one session: what was before is on the disk before a change begins. */
export class Ledger {
  readonly id: string;
  readonly root: string;
  readonly folder: string;
  readonly blobs: Blobs;
  readonly #journal: Journal;
  readonly #means: Means;
  readonly #repositories = new Repositories();
  readonly #limits: LedgerLimits;
  readonly #open = new Set<string>();
  /** Folders that hold too much, with the time until which that is believed. */
  readonly #tooMuch = new Map<string, { readonly why: string; readonly until: number }>();

  constructor({ home, root, session, env }: LedgerPlace, limits: LedgerLimits) {
    this.id = session;
    this.root = root;
    this.folder = storeOf(home, root, session);
    this.#journal = new Journal(this.folder, { id: session, root });
    this.blobs = new Blobs(this.folder, limits.file);
    this.#limits = limits;
    this.#means = { blobs: this.blobs, env, home, limits };
  }

  /** Copies what could change. Nothing may change before this resolves. Rejects with what the file system says. */
  async begin(opening: Opening): Promise<Open> {
    if (!look(this.#journal.path)) this.#startAnew();
    const { paths, folders, flat = false, ...facts } = opening;
    const blind = new Map<string, string>();
    const snapshots: string[] = [];
    const files: Place[] = [];
    const whole = new Set(folders);
    for (const path of paths) {
      const state = this.blobs.stateOf(path, true);
      if (state.kind === "folder" && !flat) whole.add(path);
      else files.push(...missingParents(path), { path, state });
    }
    for (const folder of whole) {
      const snapshot = await this.#take(folder);
      if (typeof snapshot === "string") blind.set(folder, snapshot);
      else snapshots.push(this.blobs.keep(Buffer.from(JSON.stringify(snapshot))));
    }
    await this.blobs.settle();
    const line: BeforeLine = {
      type: "before",
      id: randomBytes(6).toString("hex"),
      at: Date.now(),
      ...facts,
      process: `${process.pid}:${ownStart()}`,
      files: unique(files),
      ...(snapshots.length > 0 && { snapshots }),
    };
    this.#journal.append(line);
    this.#open.add(line.id);
    return { line, blind };
  }

  /** What was too much to look at is left alone for a while, so that finding that out costs next to nothing. */
  async #take(folder: string): Promise<Snapshot | string> {
    const started = performance.now();
    const known = this.#tooMuch.get(folder);
    if (known && started < known.until) return known.why;
    const snapshot = await takeSnapshot(folder, this.#repositories, this.#means);
    const now = performance.now();
    const until = now + REST * (now - started);
    if (typeof snapshot === "string") this.#tooMuch.set(folder, { why: snapshot, until });
    return snapshot;
  }

  /** Writes down what has become of it. */
  async finish({ line }: Pick<Open, "line">, facts: Pick<AfterLine, "late" | "rest"> = {}): Promise<AfterLine> {
    const changes: Change[] = [];
    const lost: string[] = [];
    for (const { path, state } of line.files) {
      const after = this.blobs.stateOf(path, false);
      if (isSame(state, after)) continue;
      if (state.kind === "lost") lost.push(`${path} (${state.why})`);
      else changes.push({ path, before: state, after });
    }
    for (const hash of line.snapshots ?? []) {
      const snapshot = readSnapshot(this.blobs.read(hash));
      const found = snapshot && (await compareSnapshot(snapshot, this.#repositories, this.#means));
      changes.push(...(found?.changes ?? []));
      lost.push(...(found?.lost ?? ["what it changed (the copy of what was before is gone)"]));
    }
    const after: AfterLine = {
      type: "after",
      id: line.id,
      changes: [...new Map(changes.map((change) => [change.path, change])).values()],
      ...(lost.length > 0 && { lost }),
      ...facts,
    };
    this.#journal.append(after, { sync: line.undoes !== undefined });
    this.#open.delete(line.id);
    return after;
  }

  /** All changes. Those that a killed process left open are closed first, with what is there now. */
  async entries(): Promise<readonly Entry[]> {
    const cutOff = entriesOf(this.#journal.read()).filter(({ before, after }) => !after && !this.#isUnderWay(before));
    for (const { before } of cutOff) await this.finish({ line: before }, { late: true });
    return entriesOf(this.#journal.read());
  }

  /** Whether a change of another process, or of this one, is not done. */
  isBusy(entries: readonly Entry[]): boolean {
    return entries.some(({ before, after }) => !after && this.#isUnderWay(before));
  }

  /** The model was told of these. */
  told(ids: readonly string[]): void {
    if (ids.length > 0) this.#journal.append({ type: "told", ids });
  }

  /** Makes room when there is too much. Answers with how many changes cannot be taken back any more. */
  trim(): number {
    if (this.blobs.bytes <= this.#limits.session) return 0;
    const ids = trim(entriesOf(this.#journal.read()), this.blobs, this.#limits.session * 0.75);
    if (ids.length > 0) this.#journal.append({ type: "trimmed", ids });
    return ids.length;
  }

  close(): void {
    this.#journal.close();
  }

  /** At the first change, and where somebody has removed what was there. */
  #startAnew(): void {
    this.#journal.close();
    this.blobs.forget();
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
  }

  #isUnderWay({ id, process: owner }: BeforeLine): boolean {
    const [pid = "0", start = ""] = owner.split(/:(.*)/s);
    if (Number(pid) === process.pid && start === ownStart()) return this.#open.has(id);
    return Number(pid) > 0 && isRunning(Number(pid), start);
  }
}

/** Folders that would have to be made for a file. */
function missingParents(path: string): Place[] {
  const places: Place[] = [];
  for (let at = dirname(path); at !== dirname(at) && !lookStraight(at); at = dirname(at)) {
    places.unshift({ path: at, state: { kind: "none" } satisfies FileState });
  }
  return places;
}

function unique(places: readonly Place[]): readonly Place[] {
  return [...new Map(places.map((place) => [place.path, place])).values()];
}
