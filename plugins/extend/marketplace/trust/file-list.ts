import { createHash } from "node:crypto";
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  readdirSync,
  readlinkSync,
  type Stats,
} from "node:fs";
import { join } from "node:path";
import { EXIT, UserError } from "../../../../schemas/errors.js";
import { stampFrom } from "../../stamp.js";

/** What a file is: its kind, and the hash of its bytes, or of a link's target. */
export interface FileFact {
  readonly kind: "file" | "program" | "link";
  readonly sha256: string;
  /** Tells whether it may have changed since. */
  readonly stamp: string;
}

/** Every file of a plugin's folder, by path, and the stamp of each folder in it. */
export interface FileList {
  readonly files: Readonly<Record<string, FileFact>>;
  readonly folders: Readonly<Record<string, string>>;
}

const MOST = 40_000;
const CHUNK = 1024 * 1024;

/** Reads and hashes all files of a folder. Throws a UserError for what cannot be one of a plugin's. */
export function listFolder(dir: string): FileList {
  // Without a prototype: a file may be called "__proto__", and has to be in the list like any other.
  const files = Object.create(null) as Record<string, FileFact>;
  const folders = Object.create(null) as Record<string, string>;
  let left = MOST;
  const walk = (path: string): void => {
    folders[path] = stampFrom(lstatSync(join(dir, path)));
    for (const name of readdirSync(join(dir, path))) {
      if (--left < 0) throw new UserError(`${dir} holds more than ${MOST} files.`, EXIT.plugin);
      const below = path === "" ? name : `${path}/${name}`;
      const stats = lstatSync(join(dir, below));
      if (stats.isDirectory()) walk(below);
      else files[below] = factOf(join(dir, below), stats);
    }
  };
  walk("");
  return { files, folders };
}

/** One hash over paths, kinds and bytes of all files, in the order of their paths. */
export function contentHash({ files }: Pick<FileList, "files">): string {
  const sum = createHash("sha256");
  const inOrder = Object.entries(files).toSorted(([a], [b]) => (a < b ? -1 : 1));
  for (const [path, { kind, sha256 }] of inOrder) sum.update(`${JSON.stringify(path)} ${kind} ${sha256}\n`);
  return `sha256-${sum.digest("hex")}`;
}

/** True when no file and no folder has another stamp than when it was listed. Reads no file. */
export function isUntouched(dir: string, { files, folders }: FileList): boolean {
  const is = (path: string, stamp: string): boolean => {
    const stats = lstatSync(join(dir, path), { throwIfNoEntry: false });
    return stats !== undefined && stampFrom(stats) === stamp;
  };
  for (const [path, stamp] of Object.entries(folders)) if (!is(path, stamp)) return false;
  for (const [path, { stamp }] of Object.entries(files)) if (!is(path, stamp)) return false;
  return true;
}

/** What is different between two states, one line each. */
export function differences(before: FileList["files"], after: FileList["files"]): readonly string[] {
  const lines: string[] = [];
  for (const path of [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted()) {
    const [was, is] = [before, after].map((files) => (Object.hasOwn(files, path) ? files[path] : undefined));
    if (!was) lines.push(`+ ${path}`);
    else if (!is) lines.push(`- ${path}`);
    else if (was.sha256 !== is.sha256) lines.push(`~ ${path}`);
    else if (was.kind !== is.kind) lines.push(`~ ${path} (was a ${was.kind}, is a ${is.kind})`);
  }
  return lines;
}

function factOf(file: string, stats: Stats): FileFact {
  if (stats.isSymbolicLink()) {
    const target = readlinkSync(file);
    return { kind: "link", sha256: createHash("sha256").update(target).digest("hex"), stamp: stampFrom(stats) };
  }
  if (!stats.isFile()) throw new UserError(`${file} is no regular file.`, EXIT.plugin);
  const fd = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const opened = fstatSync(fd);
    const kind = (opened.mode & 0o111) === 0 ? "file" : "program";
    return { kind, sha256: hashOf(fd), stamp: stampFrom(opened) };
  } finally {
    closeSync(fd);
  }
}

function hashOf(fd: number): string {
  const sum = createHash("sha256");
  const buffer = Buffer.allocUnsafe(CHUNK);
  for (let read = readSync(fd, buffer); read > 0; read = readSync(fd, buffer)) sum.update(buffer.subarray(0, read));
  return sum.digest("hex");
}
