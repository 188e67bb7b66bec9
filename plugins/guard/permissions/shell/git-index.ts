import { existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A file that git tracks. */
export interface Entry {
  /** From the top of the working tree. */
  readonly name: string;
  readonly isLink: boolean;
  /** A repository of its own. */
  readonly isRepository: boolean;
}

/** Extensions of an index that has its entries elsewhere. */
const ELSEWHERE = /^(?:link|sdir)$/;
const CHECKSUM = 20;
const MAX_INDEX = 64 * 1024 * 1024;
const LINK = 0o12;
const REPOSITORY = 0o16;
/** How the mode of an entry that is a repository is written. */
const REPOSITORY_MODE: Buffer = Buffer.from([0, 0, REPOSITORY << 4, 0]);

/** What git's index lists. Undefined for a form of it that is not known. */
export function entriesOf(bytes: Buffer): readonly Entry[] | undefined {
  if (bytes.length < 32 || bytes.toString("latin1", 0, 4) !== "DIRC" || ![2, 3].includes(bytes.readUInt32BE(4))) return;
  const found: Entry[] = [];
  let at = 12;
  for (let left = bytes.readUInt32BE(8); left > 0; left--) {
    if (at + 64 > bytes.length) return undefined;
    const extended = (bytes.readUInt16BE(at + 60) & 0x4000) !== 0;
    const start = at + (extended ? 64 : 62);
    const end = bytes.indexOf(0, start);
    if (end < 0) return undefined;
    const kind = bytes.readUInt32BE(at + 24) >>> 12;
    found.push({
      name: bytes.toString("utf8", start, end),
      isLink: kind === LINK,
      isRepository: kind === REPOSITORY,
    });
    at += (end - at + 8) & ~7;
  }
  for (; at + 28 <= bytes.length; at += 8 + bytes.readUInt32BE(at + 4)) {
    if (ELSEWHERE.test(bytes.toString("latin1", at, at + 4))) return undefined;
  }
  return at + CHECKSUM === bytes.length ? found : undefined;
}

/**
 * The names of the repositories that a repository tracks and that are there. Git looks into them with their own
 * configuration. `git` is the folder that holds its index, `root` the top of its working tree. Undefined where that is
 * not certain; throws where it cannot be read.
 */
export function trackedRepositories(git: string, root: string): readonly string[] | undefined {
  if (readdirSync(git).some((name) => name.startsWith("sharedindex."))) return undefined;
  const index = join(git, "index");
  const stat = lstatSync(index, { throwIfNoEntry: false });
  if (!stat) return [];
  if (!stat.isFile() || stat.size > MAX_INDEX) return undefined;
  const bytes = readFileSync(index);
  // The same bytes can stand elsewhere in it by chance.
  if (!bytes.includes(REPOSITORY_MODE)) return [];
  const tracked = entriesOf(bytes)?.filter(({ isRepository }) => isRepository);
  return tracked?.map(({ name }) => name).filter((name) => existsSync(join(root, name, ".git")));
}
