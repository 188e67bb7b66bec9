import { createHash, randomBytes } from "node:crypto";
import {
  closeSync,
  constants,
  fstatSync,
  futimesSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  unlinkSync,
  type Stats,
} from "node:fs";

export function hashOf(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

export function megabytes(bytes: number): string {
  return `${Math.round((bytes / 1024 / 1024) * 10) / 10} MB`;
}

export function readAll(fd: number, most: number): Buffer | undefined {
  const { size } = fstatSync(fd);
  let buffer = Buffer.allocUnsafe(size + 1);
  let length = 0;
  for (;;) {
    const read = readSync(fd, buffer, length, buffer.length - length, length);
    length += read;
    if (length > most) return undefined;
    if (read === 0) return buffer.subarray(0, length);
    if (length === buffer.length) buffer = Buffer.concat([buffer, Buffer.allocUnsafe(length)]);
  }
}

export function temporaryName(): string {
  return `.${process.pid}-${randomBytes(6).toString("hex")}`;
}

export function discard(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It is gone.
  }
}

export function names(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Rounded down: to git, which compares times, too early is safe. */
export function setTime(fd: number, { mtimeMs }: Stats): void {
  const seconds = Math.floor(mtimeMs / 1000);
  futimesSync(fd, seconds, seconds);
}

/** What a file of ours holds, if it is what its hash says. */
export function readWhole(path: string, hash: string): Buffer | undefined {
  try {
    const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const bytes = readFileSync(fd);
      return hashOf(bytes) === hash ? bytes : undefined;
    } finally {
      closeSync(fd);
    }
  } catch {
    return undefined;
  }
}
