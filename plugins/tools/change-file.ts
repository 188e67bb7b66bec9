import { closeSync } from "node:fs";
import { basename, dirname } from "node:path";
import type { Stats } from "node:fs";
import type { Session } from "../../schemas/session.js";
import type { GivenPath } from "./given-path.js";
import { openFile, readStart } from "./open-file.js";
import { ReadState, type ReadProblem } from "./read-state.js";
import { Conflict, replaceFile } from "./replace-file.js";
import { inFolder, type Place } from "./target-place.js";

/** A file as it was found. */
export interface StoredFile {
  readonly path: string;
  readonly real: string;
  readonly stat: Stats;
  /** Its first bytes. */
  readonly bytes: Buffer;
  /** They are all there are. */
  readonly whole: boolean;
}

/** Reads up to `most` bytes of a regular file. Throws one sentence about the path. */
export function loadFile(given: GivenPath, most: number): StoredFile {
  const file = openFile(given);
  const { path } = given;
  try {
    const bytes = readStart(file, most + 1);
    const whole = bytes.length <= most;
    return { path, real: file.real, stat: file.stat, bytes: whole ? bytes : bytes.subarray(0, most), whole };
  } finally {
    closeSync(file.fd);
  }
}

/** Throws unless the session has read the file and it is still the same. */
export function requireRead({ path, real, stat, bytes, whole }: StoredFile, session: Session, partly: boolean): void {
  const problem = ReadState.of(session).problem(real, stat, whole ? bytes : undefined);
  if (problem && !(partly && problem === "partly")) throw new Error(sentence(problem, path));
}

/** Puts new content in the place of a file that was loaded. */
export async function changeFile({ path, real, stat }: StoredFile, bytes: Buffer): Promise<Stats> {
  return put({ folder: dirname(real), names: [basename(real)] }, { path, before: stat, bytes });
}

/** Makes a file, and the folders it needs. The session knows it from then on. */
export async function createFile(path: string, place: Place, bytes: Buffer, session: Session): Promise<void> {
  const stat = await put(place, { path, before: undefined, bytes });
  ReadState.of(session).noteWritten([place.folder, ...place.names].join("/").replace("//", "/"), stat, bytes);
}

interface Change {
  readonly path: string;
  readonly before: Stats | undefined;
  readonly bytes: Buffer;
}

async function put(place: Place, { path, before, bytes }: Change): Promise<Stats> {
  try {
    return await inFolder(place, (folder, name) => replaceFile({ folder, name, before }, bytes));
  } catch (error) {
    throw error instanceof Conflict ? new Error(sentence("changed", path)) : error;
  }
}

/** Why a file may not be changed now, and what to do about it. */
function sentence(problem: ReadProblem, path: string): string {
  switch (problem) {
    case "unread":
      return `${path} has not been read in this session: read it first. (What was read before a resume does not count.)`;
    case "changed":
      return `${path} has changed since it was read: read it again before changing it.`;
    case "partly":
      return `Only a part of ${path} has been read: read the rest before overwriting it, or use Edit.`;
  }
}
