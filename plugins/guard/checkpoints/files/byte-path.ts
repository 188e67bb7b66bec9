import { isUtf8 } from "node:buffer";

/** Where bytes that are no text begin among the characters: lone surrogates, which no text has. */
const RAW = 0xdc00;

/** A path as text, also one that is not UTF-8: its odd bytes become lone surrogates, so that it can be written down. */
export function pathOf(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString("utf8");
  return bytes
    .toString("latin1")
    .split("/")
    .map((name) => nameOf(Buffer.from(name, "latin1")))
    .join("/");
}

function nameOf(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString("utf8");
  return Array.from(bytes, (byte) => String.fromCharCode(byte < 0x80 ? byte : RAW + byte)).join("");
}

/** What the file system calls a path that `pathOf` made. */
export function native(path: string): string | Buffer {
  if (!/[\udc80-\udcff]/.test(path)) return path;
  const parts = Array.from(path, (character) => {
    const code = character.codePointAt(0)!;
    return code >= RAW + 0x80 && code <= RAW + 0xff ? Buffer.of(code - RAW) : Buffer.from(character);
  });
  return Buffer.concat(parts);
}
