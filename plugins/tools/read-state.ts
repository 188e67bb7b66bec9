import { hash } from "node:crypto";
import type { Stats } from "node:fs";
import type { Session } from "../../schemas/session.js";

/** Files up to this size are known by their content as well, not by size and times alone. */
const DIGESTED = 256 * 1024;

/** How many files a session remembers; the ones read longest ago are forgotten. */
const REMEMBERED = 10_000;

/** What stands between a session and changing a file. */
export type ReadProblem = "unread" | "partly" | "changed";

interface Seen {
  readonly stat: Stats;
  readonly digest: string | undefined;
  /** Lines seen from the first on without a gap. */
  readonly lines: number;
  readonly whole: boolean;
}

/** What was shown of a file. */
export interface Shown {
  /** First line shown, 1-based. */
  readonly from: number;
  /** Last line shown. */
  readonly to: number;
  /** The file has no lines behind the last one. */
  readonly atEnd: boolean;
}

const states = new WeakMap<Session, ReadState>();

/** Which files a session has read, and how they looked then. Lives as long as the session object: not over a resume. */
export class ReadState {
  readonly #seen = new Map<string, Seen>();
  readonly #rewinds: number;

  private constructor(rewinds: number) {
    this.#rewinds = rewinds;
  }

  /** A conversation that was taken back does not hold any more what was read in between: it begins anew. */
  static of(session: Session): ReadState {
    let state = states.get(session);
    if (!state || state.#rewinds !== session.rewinds) states.set(session, (state = new ReadState(session.rewinds)));
    return state;
  }

  /** `bytes` is the whole content, where it was read whole. `stat` is from before reading. */
  noteRead(real: string, stat: Stats, shown: Shown, bytes?: Buffer): void {
    const before = this.#seen.get(real);
    const digest = bytes && digestOf(bytes);
    const known = before && !hasChanged(before, stat, digest) ? before : undefined;
    const joins = shown.from <= (known?.lines ?? 0) + 1;
    const lines = joins ? Math.max(known?.lines ?? 0, shown.to) : (known?.lines ?? 0);
    this.#keep(real, { stat, digest, lines, whole: known?.whole === true || (joins && shown.atEnd) });
  }

  /** The session knows this content because it wrote it; `whole` when it wrote or had read all of it. */
  noteWritten(real: string, stat: Stats, bytes: Buffer): void {
    this.#keep(real, { stat, digest: digestOf(bytes), lines: this.#seen.get(real)?.lines ?? 0, whole: true });
  }

  /** The session changed a part of a file: what it has seen of it stays as it was. */
  noteEdited(real: string, stat: Stats, bytes: Buffer): void {
    const { lines = 0, whole = false } = this.#seen.get(real) ?? {};
    this.#keep(real, { stat, digest: digestOf(bytes), lines, whole });
  }

  /** Why the file may not be changed, or undefined. With `bytes`, what it holds now, the content itself is compared. */
  problem(real: string, stat: Stats, bytes?: Buffer): ReadProblem | undefined {
    const seen = this.#seen.get(real);
    if (!seen) return "unread";
    if (hasChanged(seen, stat, bytes && digestOf(bytes))) return "changed";
    return seen.whole ? undefined : "partly";
  }

  #keep(real: string, seen: Seen): void {
    this.#seen.delete(real);
    this.#seen.set(real, seen);
    if (this.#seen.size > REMEMBERED) this.#seen.delete(this.#seen.keys().next().value!);
  }
}

/** Same size and times mean the same file, unless both contents are known: then they decide. */
function hasChanged(seen: Seen, stat: Stats, digest: string | undefined): boolean {
  return seen.digest !== undefined && digest !== undefined ? seen.digest !== digest : !isSame(seen.stat, stat);
}

/** Whether nothing has happened to a file between two looks, as far as the file system tells. */
export function isSame(one: Stats, other: Stats): boolean {
  return (
    one.ino === other.ino &&
    one.dev === other.dev &&
    one.size === other.size &&
    one.mtimeMs === other.mtimeMs &&
    one.ctimeMs === other.ctimeMs
  );
}

function digestOf(bytes: Buffer): string | undefined {
  return bytes.length <= DIGESTED ? hash("sha1", bytes, "base64") : undefined;
}
