import { linkStatOf } from "../../../../schemas/stat-of.js";

/** What others have made with the person's approval while a command ran, as it was then. */
export class Accepted {
  readonly #known = new Map<string, string>();

  add(path: string): void {
    this.#known.set(path, markOf(path));
  }

  /** A file counts only as long as it is the one that was approved: the command may have written to it since. */
  has(path: string): boolean {
    const mark = this.#known.get(path);
    return mark !== undefined && (mark === "" || mark === markOf(path));
  }
}

/** Of folders nothing: work in a repository that somebody cloned changes it all the time. */
function markOf(path: string): string {
  const stat = linkStatOf(path);
  return stat?.isFile() ? `${stat.ino}:${stat.size}:${stat.ctimeMs}` : "";
}
