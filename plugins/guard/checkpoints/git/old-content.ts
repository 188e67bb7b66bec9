import { join } from "node:path";
import { native, pathOf } from "../files/byte-path.js";
import type { FileState } from "../files/file-state.js";
import type { Blobs } from "../store/blobs.js";
import { withForms } from "./converted.js";
import { recordsIn, type Indexed } from "./status.js";
import type { Repository } from "./repository.js";

/** Bytes of contents that are read at once. */
const PORTION = 32 * 1024 * 1024;

/** Lines that git prints about a file in its index: times, numbers, owner, size. */
const FACT_LINES = 5;

const LINK = 0o120000;
const LOST = { kind: "lost", why: "git stores it in another form than it had" } as const;

/** What an index remembers of its files' looks on disk. */
export interface IndexEntry {
  readonly size: number;
  readonly inode: number;
}

/** Everything an index holds below a folder, by absolute path. */
export async function readIndex(
  repository: Repository,
  folder: string,
  call: { readonly index: string; readonly timeout: number },
): Promise<ReadonlyMap<string, IndexEntry>> {
  const output = await repository.run(folder, ["ls-files", "-s", "--debug", "--full-name", "-z"], call);
  const entries = new Map<string, IndexEntry>();
  let path: string | undefined;
  // A record is the facts of the file before, on lines of their own, and then `mode object stage TAB path`.
  for (const record of recordsIn(output)) {
    const start = path === undefined ? 0 : endOfFacts(record);
    if (path !== undefined) entries.set(path, factsIn(record.toString("latin1", 0, start)));
    const tab = record.indexOf(0x09, start);
    path = tab < 0 ? undefined : join(repository.top, pathOf(record.subarray(tab + 1)));
  }
  return entries;
}

function endOfFacts(record: Buffer): number {
  let end = 0;
  for (let line = 0; line < FACT_LINES; line++) end = record.indexOf(0x0a, end) + 1;
  return end;
}

function factsIn(text: string): IndexEntry {
  const [, inode = "0"] = /ino: (\d+)/.exec(text) ?? [];
  const [, size = "-1"] = /size: (\d+)/.exec(text) ?? [];
  return { inode: Number(inode), size: Number(size) };
}

export interface Wanted extends Indexed {
  readonly path: string;
  /** Size on disk when the index was written. */
  readonly size: number;
}

/**
 * What files held that stood on disk as an index says. Git may keep a file in another form than it has on disk (line
 * ends, encodings, filters); where sizes differ or a filter is named, its content is lost.
 */
export async function oldStates(
  repository: Repository,
  wanted: readonly Wanted[],
  blobs: Blobs,
  call: { readonly index: string; readonly timeout: number; readonly most: number; readonly exact: boolean },
): Promise<ReadonlyMap<string, FileState>> {
  const states = new Map<string, FileState>();
  const odd: Odd[] = [];
  const filtered = await filteredAmong(repository, wanted, call);
  const plain: Wanted[] = [];
  for (const one of wanted) {
    if (one.mode === 0o160000) states.set(one.path, { kind: "lost", why: "it is a repository of its own" });
    else if (one.size > call.most) states.set(one.path, { kind: "lost", why: "it is too large" });
    else if (filtered.has(one.path)) states.set(one.path, LOST);
    else plain.push(one);
  }
  for (let start = 0; start < plain.length;) {
    let end = start + 1;
    for (let sum = plain[start]!.size; end < plain.length && sum + plain[end]!.size < PORTION; end++)
      sum += plain[end]!.size;
    await readPortion(repository, plain.slice(start, end), { states, blobs, odd, timeout: call.timeout });
    start = end;
  }
  if (odd.length > 0 && call.exact) await withLineEnds(repository, odd, { states, blobs, timeout: call.timeout });
  return states;
}

interface Reading {
  readonly states: Map<string, FileState>;
  readonly blobs: Blobs;
  readonly timeout: number;
}

/** A file that can have been what git has with each line ended as on Windows: its size says so. */
interface Odd {
  readonly path: string;
  readonly mode: number;
  readonly crlf: Buffer;
}

/** Where nothing but line ends lies between, that is what stood there: as many returns are missing as there are lines. */
async function withLineEnds(
  repository: Repository,
  odd: readonly Odd[],
  { states, blobs, timeout }: Reading,
): Promise<void> {
  const names = odd.map(({ path }) => `${path.slice(repository.top.length + 1)}\0`).join("");
  const formed = await withForms(repository, native(names), { timeout });
  for (const { path, mode, crlf } of odd) {
    if (formed.has(path)) continue;
    states.set(path, { kind: "file", mode: mode & 0o7777, size: crlf.length, hash: blobs.keep(crlf), kept: true });
    if (blobs.isFull) await blobs.settle();
  }
}

/** A text with a return before each line's end, where that makes it as large as wanted. */
function allCrlf(bytes: Buffer, size: number): Buffer | undefined {
  let lines = 0;
  for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, at + 1)) lines++;
  if (bytes.length + lines !== size || bytes.includes("\r\n")) return undefined;
  const crlf = Buffer.alloc(size);
  let to = 0;
  for (let from = 0; from < bytes.length;) {
    const end = bytes.indexOf(0x0a, from);
    to += bytes.copy(crlf, to, from, end < 0 ? bytes.length : end);
    if (end < 0) break;
    to += crlf.write("\r\n", to, "latin1");
    from = end + 1;
  }
  return crlf;
}

async function readPortion(
  repository: Repository,
  portion: readonly Wanted[],
  { states, blobs, odd, timeout }: Reading & { readonly odd: Odd[] },
): Promise<void> {
  const input = portion.map(({ object }) => `${object}\n`).join("");
  const output = await repository.run(repository.top, ["cat-file", "--batch"], { timeout, input, most: 4 * PORTION });
  let at = 0;
  for (const { path, mode, size } of portion) {
    const line = output.indexOf(0x0a, at);
    const [, type, length] = output.toString("latin1", at, line).split(" ");
    at = line + 1;
    if (type !== "blob") {
      states.set(path, { kind: "lost", why: "git does not have it" });
      continue;
    }
    const bytes = output.subarray(at, at + Number(length));
    at += Number(length) + 1;
    if (mode === LINK) states.set(path, { kind: "link", target: pathOf(bytes) });
    else if (bytes.length !== size) {
      states.set(path, LOST);
      const crlf = allCrlf(bytes, size);
      if (crlf) odd.push({ path, mode, crlf });
    } else {
      states.set(path, { kind: "file", mode: mode & 0o7777, size, hash: blobs.keep(bytes), kept: true });
      if (blobs.isFull) await blobs.settle();
    }
  }
}

async function filteredAmong(
  repository: Repository,
  wanted: readonly Wanted[],
  call: { readonly index: string; readonly timeout: number },
): Promise<ReadonlySet<string>> {
  if (!repository.hasFilters || wanted.length === 0) return new Set();
  const names = wanted.map(({ path }) => path.slice(repository.top.length + 1));
  const filtered = new Set<string>();
  for (const how of [["--cached"], []]) {
    const args = ["check-attr", ...how, "-z", "--stdin", "filter"];
    const output = await repository.run(repository.top, args, { ...call, input: `${names.join("\0")}\0` });
    const fields = [...recordsIn(output)];
    for (let field = 0; field + 2 < fields.length; field += 3) {
      const value = fields[field + 2]!.toString("latin1");
      if (value !== "unspecified" && value !== "unset") filtered.add(join(repository.top, pathOf(fields[field]!)));
    }
  }
  return filtered;
}
