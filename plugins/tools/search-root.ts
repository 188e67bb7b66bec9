import { realpathSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Session } from "../../schemas/session.js";
import { fileProblem } from "./file-problem.js";
import { absolutePath, shownName, shownPath } from "./given-path.js";

/** Where a search starts. */
export interface SearchRoot {
  /** The folder, without links: the search itself follows none. */
  readonly folder: string;
  /** The one file to be searched, by its name in the folder. */
  readonly file?: string;
  /** A path below the folder as results show it. */
  show(path: string): string;
}

/** Resolves the path of a search; the session's folder without one. Throws one sentence when nothing is there. */
export function searchRoot(given: string | undefined, session: Session, home: string): SearchRoot {
  const path = given === undefined || given === "" ? session.cwd : absolutePath(given, session.cwd, home);
  try {
    const real = realpathSync.native(path);
    const stat = statSync(real);
    if (stat.isDirectory()) {
      return { folder: real, show: (below) => shownName(shownPath(join(path, below), session)) };
    }
    if (!stat.isFile()) throw new Error(`${path} is no file and no folder.`);
    return { folder: dirname(real), file: basename(real), show: () => shownName(shownPath(path, session)) };
  } catch (error) {
    throw fileProblem(error, path);
  }
}
