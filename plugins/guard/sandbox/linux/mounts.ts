import { isWithin } from "../../../../schemas/is-within.js";
import { between } from "../policy/paths.js";
import { byDepth, type Walls } from "./ground.js";

/** A change of what stands at a path, in the order in which they are made where paths are equal. */
const RANK = { write: 0, show: 1, keep: 2, hide: 3, blank: 3 } as const;

interface Mount {
  readonly path: string;
  readonly how: keyof typeof RANK;
}

/**
 * The mounts that make the walls, as arguments of bubblewrap: everything can be read, and what lies deeper is made
 * after what it lies in, so that the more specific entry holds.
 */
export function mountArgs(walls: Walls): readonly string[] {
  const { writable, hidden, shown } = walls;
  const guarded = [...walls.readOnly, ...walls.taken];
  const covered = (path: string): boolean => hidden.some((one) => one.isFolder && isWithin(one.path, path));
  const mounts: Mount[] = [
    ...writable.filter((path) => !isRedundant(path, walls)).map((path): Mount => ({ path, how: "write" })),
    ...shown.filter((path) => covered(path) && !isOpen(path, walls)).map((path): Mount => ({ path, how: "show" })),
    ...guarded.map((path): Mount => ({ path, how: "keep" })),
    ...hidden.map(({ path, isFolder }): Mount => ({ path, how: isFolder ? "hide" : "blank" })),
  ];
  const args: string[] = ["--ro-bind", "/", "/"];
  const all = [...guarded, ...hidden.map(({ path }) => path)];
  for (const mount of mounts.sort((a, b) => byDepth(a, b) || RANK[a.how] - RANK[b.how])) {
    args.push(...argsOf(mount, all));
  }
  for (const { path, isFolder } of hidden) if (isFolder) args.push("--remount-ro", path);
  return args;
}

/** It lies in another writable folder, and nothing in between is hidden or read-only. */
function isRedundant(path: string, { writable, hidden, readOnly }: Walls): boolean {
  const isBetween = (root: string, wall: string): boolean => isWithin(root, wall) && isWithin(wall, path);
  return writable.some(
    (root) =>
      root !== path &&
      isWithin(root, path) &&
      !hidden.some((one) => isBetween(root, one.path)) &&
      !readOnly.some((wall) => wall !== path && isBetween(root, wall)),
  );
}

/** It lies in a writable folder that itself stands below all that hides it: to be shown must not make it read-only. */
function isOpen(path: string, { writable, hidden }: Walls): boolean {
  return writable.some(
    (root) =>
      isWithin(root, path) &&
      !hidden.some((one) => one.isFolder && isWithin(root, one.path) && isWithin(one.path, path)),
  );
}

function argsOf({ path, how }: Mount, guarded: readonly string[]): readonly string[] {
  switch (how) {
    case "write":
      return writeArgs(path, guarded);
    case "show":
      return ["--ro-bind", path, path];
    case "keep":
      return ["--ro-bind", path, path];
    case "hide":
      return ["--tmpfs", path];
    case "blank":
      // A device on a mount without devices: it cannot be opened at all, so nobody takes it for an empty file.
      return ["--ro-bind", "/dev/null", path];
  }
}

/**
 * Folders above something guarded must not be moved away, or the guarded name could be made again in their place. What
 * something is mounted on cannot be renamed, by whatever way it is reached: so each is mounted on itself, and the
 * writable folder once more over all of that. Looking names up never meets the inner mounts, so that files can still
 * be renamed from one folder to another. The inner ones are read-only: a command still running could put a link in the
 * place of a folder at this very moment.
 */
function writeArgs(root: string, guarded: readonly string[]): readonly string[] {
  const bind = ["--bind", root, root];
  const pinned = new Set(guarded.filter((path) => isWithin(root, path)).flatMap((path) => between(root, path)));
  if (pinned.size === 0) return bind;
  const pins = [...pinned].map((path) => ({ path })).sort(byDepth);
  return [...bind, ...pins.flatMap(({ path }) => ["--ro-bind", path, path]), ...bind];
}
