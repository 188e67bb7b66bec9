import { join } from "node:path";
import { isWithin } from "../../../../schemas/is-within.js";
import { pathOf } from "../files/byte-path.js";
import type { Repository } from "./repository.js";

const ARGS: readonly string[] =
  "status --porcelain=v2 -z --no-renames --untracked-files=all --ignored=matching --ignore-submodules=all -- .".split(
    " ",
  );

/** Bytes that a status may have; so much means tens of thousands of files. */
const MOST = 8 * 1024 * 1024;

/** What git sees in a folder that is not as its index says. */
export interface Status {
  /** Tracked files that differ, and the object the index names for each. */
  readonly tracked: ReadonlyMap<string, Indexed>;
  /** Files it does not know, ignored ones among them where they are ignored one by one. */
  readonly unknown: readonly string[];
  /** Folders it does not look into: ignored ones, and repositories of their own. */
  readonly closed: readonly string[];
}

export interface Indexed {
  readonly mode: number;
  readonly object: string;
}

/**
 * Asks git. With `index`, another index than the repository's own. Paths are absolute; what lies in one of `without` is
 * left out.
 */
export async function statusOf(
  repository: Repository,
  folder: string,
  { without, ...call }: { readonly timeout: number; readonly index?: string; readonly without: readonly string[] },
): Promise<Status> {
  const output = await repository.run(folder, ARGS, { ...call, most: MOST });
  const tracked = new Map<string, Indexed>();
  const unknown: string[] = [];
  const closed: string[] = [];
  for (const record of recordsIn(output)) {
    const kind = record[0];
    if (kind === 0x3f || kind === 0x21) {
      const path = pathOf(record.subarray(2));
      if (path.endsWith("/")) closed.push(join(repository.top, path).replace(/\/$/, ""));
      else unknown.push(join(repository.top, path));
    } else if (kind === 0x31 || kind === 0x75) addTracked(record, repository.top, tracked);
  }
  if (without.length === 0) return { tracked, unknown, closed };
  const isMeant = (path: string): boolean => !without.some((place) => isWithin(place, path));
  for (const path of tracked.keys()) if (!isMeant(path)) tracked.delete(path);
  return { tracked, unknown: unknown.filter(isMeant), closed: closed.filter(isMeant) };
}

/** `1 XY sub mH mI mW hH hI path`, and for conflicts `u XY sub m1 m2 m3 mW h1 h2 h3 path`. */
function addTracked(record: Buffer, top: string, tracked: Map<string, Indexed>): void {
  const isConflict = record[0] === 0x75;
  const fields: string[] = [];
  let start = 0;
  for (let count = 0; count < (isConflict ? 10 : 8); count++) {
    const end = record.indexOf(0x20, start);
    if (end < 0) return;
    fields.push(record.toString("latin1", start, end));
    start = end + 1;
  }
  // What is only staged stands on disk as the index says.
  if (!isConflict && fields[1]?.[1] === ".") return;
  const place = { mode: Number.parseInt(fields[isConflict ? 6 : 4]!, 8), object: fields[isConflict ? 8 : 7]! };
  tracked.set(join(top, pathOf(record.subarray(start))), place);
}

export function* recordsIn(output: Buffer): Generator<Buffer> {
  for (let start = 0; start < output.length;) {
    const end = output.indexOf(0, start);
    yield output.subarray(start, end < 0 ? output.length : end);
    start = end < 0 ? output.length : end + 1;
  }
}
