import { writeSync } from "node:fs";

/** Writes bytes to an open file, where it stands: the system may take fewer at once. Throws what the file system says. */
export function writeAll(fd: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done);
}
