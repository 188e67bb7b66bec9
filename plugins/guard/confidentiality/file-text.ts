import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";

const MOST = 8 * 1024 * 1024;

export interface FileText {
  readonly text: string;
  readonly inInput: false;
  /** There is more in it, or it is packed. */
  readonly partial?: true | "unknown";
}

/** How files begin, in hexadecimal, whose content is packed: gzip, zip, bzip2, xz, zstd, 7z, a bundle of git. */
const PACKED = /^(?:1f8b|504b0304|425a68|fd377a58|28b52ffd|377abcaf|232076[0-9a-f]{2}20676974)/;

/** The beginning of a regular file as text; empty for what is none. */
export function fileText(path: string): FileText {
  let file: number | undefined;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stats = fstatSync(file);
    if (!stats.isFile()) return { text: "", inInput: false };
    const buffer = Buffer.alloc(Math.min(stats.size, MOST));
    const bytes = buffer.subarray(0, readSync(file, buffer, 0, buffer.length, 0));
    const more = stats.size > MOST ? true : PACKED.test(bytes.toString("hex", 0, 12)) ? "unknown" : undefined;
    return { text: textOf(bytes), inInput: false, ...(more && { partial: more }) };
  } catch {
    return { text: "", inInput: false };
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** In UTF-16 only where it says so itself. */
function textOf(bytes: Buffer): string {
  const mark = bytes.length < 2 ? 0 : bytes.readUInt16BE(0);
  if (mark === 0xfffe) return bytes.toString("utf16le", 2);
  if (mark === 0xfeff)
    return bytes
      .subarray(2, bytes.length & ~1)
      .swap16()
      .toString("utf16le");
  return bytes.toString("utf8");
}
