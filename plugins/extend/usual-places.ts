import { lstatSync, readdirSync, statSync, type Dirent, type Stats } from "node:fs";
import { dirname, join } from "node:path";
import type { Diagnostic, KindSpec, PartPlace } from "../../schemas/parts.js";
import { inside, isPlainlyBelow, leaves } from "./inside.js";

export interface UsualPlaces {
  readonly places: Readonly<Record<string, readonly PartPlace[]>>;
  readonly problems: readonly Diagnostic[];
}

/** What a path of a package leads to: checked, contained, and of the right sort. */
export type Checked =
  | { readonly path: string; readonly problem?: undefined; readonly sort: "file" | "folder" }
  | { readonly path?: undefined; readonly problem?: Diagnostic };

/**
 * Where the parts of each kind stand below `base` when nobody says otherwise. `root` is the folder that links may not
 * leave. What is not there is no problem; what is no folder, or no file, or leads elsewhere costs that kind alone.
 */
export function usualPlaces(base: string, root: string, kinds: readonly KindSpec[]): UsualPlaces {
  const entries = entriesOf(base);
  const places: Record<string, PartPlace[]> = {};
  const problems: Diagnostic[] = [];
  for (const { name, folder, file, files } of kinds) {
    for (const path of files === undefined ? [] : namesLike(files, entries)) {
      const found = checkPath(`${base}/${path}`, root, "file");
      if (found.path !== undefined) (places[name] ??= []).push({ path: found.path });
      else if (found.problem) problems.push(found.problem);
    }
    for (const [path, sort] of [[folder, "folder"] as const, [file, "file"] as const]) {
      if (path === undefined) continue;
      const entry = entries.get(path.split("/", 1)[0]!);
      if (!entry) continue;
      const plain = !path.includes("/") && (sort === "file" ? entry.isFile() : entry.isDirectory());
      const found = plain ? { path: `${base}/${path}` } : checkPath(`${base}/${path}`, root, sort);
      if (found.path !== undefined) (places[name] ??= []).push({ path: found.path });
      else if (found.problem) problems.push(found.problem);
    }
  }
  return { places, problems };
}

function namesLike(pattern: string, entries: ReadonlyMap<string, unknown>): readonly string[] {
  const [begin = "", end = ""] = pattern.split("*");
  const fits = (name: string): boolean =>
    name.length > begin.length + end.length && name.startsWith(begin) && name.endsWith(end);
  return [...entries.keys()].filter(fits).toSorted();
}

/**
 * Whether `path`, absolute, may be read and is of the wanted sort. Neither a path nor a problem: it is not there at all.
 */
export function checkPath(path: string, root: string, sort: "file" | "folder" | "any"): Checked {
  const own = linkStats(path);
  if (own === undefined) return {};
  // Nearly everything that is asked for is no link, nor below one.
  if (own && !own.isSymbolicLink() && !path.endsWith("..") && isPlainlyBelow(root, dirname(path))) {
    return sorted(path, own, sort);
  }
  const { real, why } = inside(root, path);
  if (why === "missing")
    return own?.isSymbolicLink() ? { problem: wrong(path, "missing", "is a link to nothing") } : {};
  if (why !== undefined) {
    const [code, what] = WHY[why];
    return { problem: wrong(path, code, what) };
  }
  const stats = statSync(real, { throwIfNoEntry: false });
  return stats ? sorted(path, stats, sort) : {};
}

function sorted(path: string, stats: Stats, sort: "file" | "folder" | "any"): Checked {
  if (stats.isDirectory() && sort !== "file") return { path, sort: "folder" };
  if (stats.isFile() && sort !== "folder") return { path, sort: "file" };
  const wanted = sort === "folder" ? "folder" : "regular file";
  return {
    problem: wrong(path, sort === "folder" ? "not-a-folder" : "not-a-file", `is ${nounOf(stats)}, not a ${wanted}`),
  };
}

/** The same for a path as it is written in a manifest; one that is written to leave `dir` does, also where nothing is. */
export function checkBelow(dir: string, path: string, root: string, sort: "file" | "folder" | "any"): Checked {
  const file = join(dir, path).replace(/(?<=.)\/+$/, "");
  const checked = checkPath(file, root, sort);
  const isOut = checked.path === undefined && !checked.problem && leaves(path);
  return isOut ? { problem: wrong(file, ...WHY.outside) } : checked;
}

const WHY = {
  outside: ["path-escapes", "leads out of the plugin's folder"],
  loop: ["link-loop", "is a link that leads back to itself"],
  unreadable: ["not-readable", "cannot be read"],
} as const;

function wrong(file: string, code: string, what: string): Diagnostic {
  return { severity: "error", code, message: `${file} ${what}; it is not used.`, file };
}

function nounOf(stats: Stats): string {
  if (stats.isDirectory()) return "a folder";
  if (stats.isFile()) return "a file";
  return stats.isFIFO() ? "a named pipe" : stats.isSocket() ? "a socket" : "a device";
}

/** undefined where there is nothing: most of what is asked for is not there, and to be told so costs little. */
function linkStats(path: string): Stats | null | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return null;
  }
}

function entriesOf(dir: string): ReadonlyMap<string, Dirent> {
  try {
    return new Map(readdirSync(dir, { withFileTypes: true }).map((entry) => [entry.name, entry]));
  } catch {
    return new Map(); // A folder that is not there holds nothing.
  }
}
