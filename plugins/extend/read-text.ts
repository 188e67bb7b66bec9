import { closeSync, constants, openSync, readSync, statSync, type Stats } from "node:fs";
import { codeOf, messageOf } from "../../schemas/errors.js";
import type { Diagnostic } from "../../schemas/parts.js";
import { noteStamp, recentSize } from "./stamp.js";

/** The most that a file of a plugin may hold, unless its reader says otherwise. */
const TEXT_LIMIT: number = 1024 * 1024;

const FLAGS = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

/**
 * The text of a regular file of at most `limit` bytes, without a byte order mark; otherwise what is wrong with it. Links
 * are followed: whoever needs the file to lie inside of a folder asks `inside` first. Pipes and devices are never opened,
 * and a file that is exchanged for one meanwhile cannot block.
 */
export function readText(file: string, limit: number = TEXT_LIMIT): string | Diagnostic {
  try {
    const bytes = readSeen(file, limit) ?? readFresh(file, limit);
    if (!Buffer.isBuffer(bytes)) return bytes;
    if (bytes.length > limit) return tooLarge(file, limit);
    if (bytes.includes(0)) return problem(file, "not-text", `${file} is not a text file.`, "Save it as UTF-8 text.");
    return withoutMark(bytes.toString("utf8"));
  } catch (error) {
    return failure(file, error);
  }
}

/** Of a file that was listed a moment ago it is known what it is. Where that has changed, it is looked at again. */
function readSeen(file: string, limit: number): Buffer | undefined {
  const size = recentSize(file);
  if (size === undefined || size > limit) return undefined;
  const bytes = readBytes(file, size);
  return bytes.length === size ? bytes : undefined;
}

function readFresh(file: string, limit: number): Buffer | Diagnostic {
  const stats = statSync(file);
  noteStamp(file, stats);
  return objection(file, stats, limit) ?? readBytes(file, stats.size);
}

function objection(file: string, stats: Stats, limit: number): Diagnostic | undefined {
  if (stats.isFile()) return stats.size > limit ? tooLarge(file, limit) : undefined;
  const kind = stats.isDirectory() ? "folder" : stats.isFIFO() ? "named pipe" : stats.isSocket() ? "socket" : "device";
  return problem(file, "not-a-file", `${file} is a ${kind}, where a file is expected.`, "Put a regular file there.");
}

/** All of a small file, or one byte more than expected where it has grown. */
function readBytes(file: string, size: number): Buffer {
  const fd = openSync(file, FLAGS);
  try {
    const buffer = Buffer.allocUnsafe(size + 1);
    let length = 0;
    for (;;) {
      const read = readSync(fd, buffer, length, buffer.length - length, length);
      length += read;
      // A regular file gives all it has at once; only its end gives less than was asked for.
      if (read === 0 || length >= size) return buffer.subarray(0, length);
    }
  } finally {
    closeSync(fd);
  }
}

function withoutMark(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

function failure(file: string, error: unknown): Diagnostic {
  switch (codeOf(error)) {
    case "ENOENT":
    case "ENOTDIR":
      return problem(file, "missing", `${file} does not exist.`);
    case "ELOOP":
      return problem(file, "link-loop", `${file} is a link that leads back to itself.`);
    case "EACCES":
    case "EPERM":
      return problem(file, "not-readable", `${file} may not be read.`, "Change its permissions.");
    default:
      return problem(file, "not-readable", `${file} cannot be read: ${messageOf(error)}.`);
  }
}

function tooLarge(file: string, limit: number): Diagnostic {
  const most = limit >= 1024 * 1024 ? `${limit / 1024 / 1024} MB` : `${limit / 1024} KB`;
  return problem(file, "too-large", `${file} is larger than ${most}.`, "Make it smaller.");
}

function problem(file: string, code: string, message: string, fix?: string): Diagnostic {
  return { severity: "error", code, message, file, ...(fix !== undefined && { fix }) };
}
