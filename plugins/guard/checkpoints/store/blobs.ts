import {
  closeSync,
  constants,
  copyFileSync,
  fstatSync,
  futimesSync,
  lstatSync,
  mkdirSync,
  openSync,
  unlinkSync,
  type Stats,
} from "node:fs";
import { join } from "node:path";
import { writeAll } from "../../../../schemas/write-all.js";
import { native } from "../files/byte-path.js";
import { look, lookStraight, NONE, plainState, type FileState } from "../files/file-state.js";
import { namesIn } from "../../../../schemas/names-in.js";
import { megabytes } from "./megabytes.js";
import { hashOf } from "./hash-of.js";
import { Incoming, type Copy } from "./incoming.js";
import { readPacked } from "./pack.js";
import { readAll } from "./read-all.js";
import { readWhole } from "./read-whole.js";
import { discard, temporaryName } from "./temporary.js";

const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY;
const CREATE = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/** From this size on a copy that shares the blocks of its original is tried first. */
const WORTH_SHARING = 1024 * 1024;
/** What a small copy holds stays in memory until it is on the disk. */
const SMALL = 256 * 1024;
/** A file that changed so shortly before it was read may change again without its times telling. */
const RACY_MS = 50;
/** A half-written copy of this age belongs to a process that is gone. */
const ABANDONED_MS = 60 * 60 * 1000;
/** Files whose state is known, at most. */
const REMEMBERED = 50_000;

interface Seen {
  readonly signature: string;
  readonly state: FileState;
}

/** Contents of files by their hashes, each once. */
export class Blobs {
  readonly folder: string;
  /** Bytes of one file, at most. */
  readonly #most: number;
  readonly #has = new Set<string>();
  readonly #seen = new Map<string, Seen>();
  readonly #incoming: Incoming;
  #settling: Promise<void> = Promise.resolve();
  #bytes: number | undefined;

  constructor(folder: string, most: number) {
    this.folder = join(folder, "blobs");
    this.#incoming = new Incoming(this.folder);
    this.#most = most;
  }

  /** Bytes of all copies. */
  get bytes(): number {
    return (this.#bytes ??= this.#measure());
  }

  /**
   * The state of what stands at a path. With `keep` the content of a file is copied, and safe once `settle` has resolved.
   * What could not be copied is `lost`.
   */
  stateOf(
    path: string,
    keep: boolean,
    stat: Stats | undefined = lookStraight(path),
    most: number = this.#most,
  ): FileState {
    if (!stat?.isFile()) return plainState(path, stat);
    const signature = signatureOf(stat);
    const seen = this.#seen.get(path);
    if (seen?.signature === signature && (!keep || isKept(seen.state))) return seen.state;
    const state = this.#read(path, keep, most);
    if (Date.now() - stat.ctimeMs > RACY_MS) this.#remember(path, { signature, state });
    return state;
  }

  /** Whether a copy of this very file was made before. */
  knows(path: string, stat: Stats): boolean {
    const seen = this.#seen.get(path);
    return seen?.signature === signatureOf(stat) && isKept(seen.state);
  }

  /** Keeps content that is in memory. */
  keep(bytes: Buffer): string {
    const hash = hashOf(bytes);
    if (!this.has(hash)) this.#write(hash, bytes);
    return hash;
  }

  /** Keeps a file of up to `most` bytes. The copy's time of change is not later than that of the file. */
  keepFile(path: string, most: number): string | undefined {
    const state = this.stateOf(path, true, look(path), most);
    return state.kind === "file" && state.kept ? state.hash : undefined;
  }

  /** Resolves when everything that was kept is on the disk. Rejects with what the file system says. */
  settle(): Promise<void> {
    // What another call wrote and this one names must be there as well.
    const all = Promise.all([this.#settling, this.#incoming.land((hashes) => this.#forgetLost(hashes))]).then(() => {});
    this.#settling = all.catch(() => {});
    return all;
  }

  #forgetLost(hashes: readonly string[]): void {
    for (const hash of hashes) this.#has.delete(hash);
    this.#seen.clear();
  }

  has(hash: string): boolean {
    if (this.#has.has(hash)) return true;
    const isThere = lstatSync(this.pathOf(hash), { throwIfNoEntry: false })?.isFile() === true;
    if (isThere) this.#has.add(hash);
    return isThere;
  }

  /** The content; undefined when there is no copy, or when it is damaged. */
  read(hash: string): Buffer | undefined {
    return readWhole(this.pathOf(hash), hash) ?? readPacked(this.folder, hash);
  }

  remove(hash: string): void {
    try {
      const { size } = lstatSync(this.pathOf(hash));
      unlinkSync(this.pathOf(hash));
      this.#bytes = this.bytes - size;
    } catch {
      // It was not there.
    }
    this.#has.delete(hash);
    this.#seen.clear();
  }

  /** Looks anew at what is there. */
  forget(): void {
    this.#has.clear();
    this.#seen.clear();
    this.#bytes = undefined;
  }

  pathOf(hash: string): string {
    return join(this.folder, hash);
  }

  #read(path: string, keep: boolean, most: number): FileState {
    let fd: number;
    try {
      fd = openSync(native(path), READ);
    } catch {
      return look(path) ? { kind: "lost", why: "it cannot be read" } : NONE;
    }
    try {
      const stat = fstatSync(fd);
      if (!stat.isFile()) return { kind: "other" };
      if (stat.size > most) return { kind: "lost", why: `it is larger than ${megabytes(most)}` };
      const copied = keep && stat.size >= WORTH_SHARING ? this.#share(fd, stat) : undefined;
      const bytes = copied ? undefined : readAll(fd, most);
      if (!copied && !bytes) return { kind: "lost", why: `it is larger than ${megabytes(most)}` };
      const hash = copied?.hash ?? hashOf(bytes!);
      if (keep && bytes && !this.has(hash)) this.#write(hash, bytes, stat);
      return fileState(stat, hash, copied?.size ?? bytes!.length, keep);
    } finally {
      closeSync(fd);
    }
  }

  /** A copy that shares its blocks with the original where the file system can. */
  #share(source: number, like: Stats): { readonly hash: string; readonly size: number } | undefined {
    if (process.platform !== "linux") return undefined;
    this.#make();
    const temporary = temporaryName();
    const path = join(this.folder, temporary);
    try {
      copyFileSync(`/proc/self/fd/${source}`, path, constants.COPYFILE_FICLONE_FORCE | constants.COPYFILE_EXCL);
    } catch {
      discard(path);
      return undefined;
    }
    const fd = openSync(path, constants.O_RDWR);
    setTime(fd, like);
    const bytes = readAll(fd, Infinity)!;
    const hash = hashOf(bytes);
    if (this.has(hash)) {
      closeSync(fd);
      discard(path);
    } else this.#wait({ fd, temporary, hash, size: bytes.length });
    return { hash, size: bytes.length };
  }

  #write(hash: string, bytes: Buffer, like?: Stats): void {
    this.#make();
    const temporary = temporaryName();
    const path = join(this.folder, temporary);
    const fd = openSync(path, CREATE, 0o600);
    try {
      writeAll(fd, bytes);
      if (like) setTime(fd, like);
    } catch (error) {
      closeSync(fd);
      discard(path);
      throw error;
    }
    this.#wait({ fd, temporary, hash, size: bytes.length, ...(bytes.length <= SMALL && { bytes }) });
  }

  #wait(copy: Copy): void {
    this.#bytes = this.bytes + copy.size;
    this.#has.add(copy.hash);
    this.#incoming.add(copy);
  }

  /** True when so much waits for the disk that it should be waited for. */
  get isFull(): boolean {
    return this.#incoming.isFull;
  }

  #remember(path: string, seen: Seen): void {
    this.#seen.delete(path);
    this.#seen.set(path, seen);
    if (this.#seen.size > REMEMBERED) this.#seen.delete(this.#seen.keys().next().value!);
  }

  #make(): void {
    if (this.#bytes !== undefined && this.#bytes > 0) return;
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
  }

  /** Adds up what is there, and removes what a killed process left half written. */
  #measure(): number {
    let sum = 0;
    for (const name of namesIn(this.folder)) {
      const stat = lstatSync(join(this.folder, name), { throwIfNoEntry: false });
      if (name.startsWith(".") && stat && Date.now() - stat.mtimeMs > ABANDONED_MS) discard(join(this.folder, name));
      else sum += stat?.size ?? 0;
    }
    return sum;
  }
}

function fileState(stat: Stats, hash: string, size: number, keep: boolean): FileState {
  const { uid, gid } = stat;
  const isOurs = uid === process.geteuid?.() && gid === process.getegid?.();
  return {
    kind: "file",
    mode: stat.mode & 0o7777,
    size,
    hash,
    ...(keep && { kept: true as const }),
    ...(!isOurs && { owner: [uid, gid] as const }),
  };
}

function signatureOf({ dev, ino, size, mtimeMs, ctimeMs, mode }: Stats): string {
  return `${dev}:${ino}:${size}:${mtimeMs}:${ctimeMs}:${mode}`;
}

function isKept(state: FileState): boolean {
  return state.kind !== "file" || state.kept === true;
}

/** Rounded down: to git, which compares times, too early is safe. */
function setTime(fd: number, { mtimeMs }: Stats): void {
  const seconds = Math.floor(mtimeMs / 1000);
  futimesSync(fd, seconds, seconds);
}
