import { fchmodSync, fchownSync } from "node:fs";

/** Whose a file is and who may do what with it, as `Stats` have it. */
export interface Dress {
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
}

/** Gives an open file its owner, where the system permits, and the rights it may then have. */
export function dressFile(fd: number, { uid, gid, mode }: Dress): void {
  // What changes its owner must not run with that owner's rights.
  fchmodSync(fd, mode & (isGiven(fd, uid, gid) ? 0o7777 : 0o777));
}

function isGiven(fd: number, uid: number, gid: number): boolean {
  if (process.geteuid?.() === uid && process.getegid?.() === gid) return true;
  try {
    fchownSync(fd, uid, gid);
    return true;
  } catch {
    return false;
  }
}
