import { fstatSync, readSync } from "node:fs";

/** All of an open file, also where it has grown since; undefined when that is more than `most` bytes. */
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
