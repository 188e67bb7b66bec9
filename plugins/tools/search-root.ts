import { realpathSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { ToolContext } from "../../schemas/tool.js";
import { fileProblem } from "./file-problem.js";
import { givenPath, requireJudged, shownPath } from "./given-path.js";
import { printable } from "../../schemas/printable.js";

/** Where a search starts. */
export interface SearchRoot {
  /** The folder, without links: the search itself follows none. */
  readonly folder: string;
  /** The one file to be searched, by its name in the folder. */
  readonly file?: string;
  /** A path below the folder as results show it. */
  show(path: string): string;
}

type SearchedFor = Pick<ToolContext, "session" | "places">;

/** Resolves the path of a search; the session's folder without one. Throws one sentence when nothing is there. */
export function searchRoot(wanted: string | undefined, context: SearchedFor, home: string): SearchRoot {
  const { session } = context;
  const given = givenPath(wanted === undefined || wanted === "" ? session.cwd : wanted, context, home);
  const { path } = given;
  try {
    const real = realpathSync.native(path);
    requireJudged(real, given);
    const stat = statSync(real);
    if (stat.isDirectory()) {
      return { folder: real, show: (below) => printable(shownPath(join(path, below), session)) };
    }
    if (!stat.isFile()) throw new Error(`${path} is no file and no folder.`);
    return { folder: dirname(real), file: basename(real), show: () => printable(shownPath(path, session)) };
  } catch (error) {
    throw fileProblem(error, path);
  }
}
