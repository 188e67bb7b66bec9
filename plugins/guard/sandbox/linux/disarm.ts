import { closeSync, constants, openSync, renameSync, symlinkSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { namesIn } from "../../../../schemas/names-in.js";
import { codeOf } from "../../../../schemas/errors.js";
import { isWithin } from "../../../../schemas/is-within.js";
import { between } from "../policy/paths.js";
import { printable } from "../../../../schemas/printable.js";
import { linkedBy } from "../policy/repository-around.js";
import { linkStatOf } from "../../../../schemas/stat-of.js";
import { exists } from "../policy/exists.js";
import type { Accepted } from "./accepted.js";
import { targetOf, type Walls } from "./ground.js";
import { isPlaceholder } from "./placeholders.js";
import { isHarmless } from "./repository.js";

const FOLDER = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/** What is looked at in a folder before it is taken for new. */
const MOST_INSIDE = 1_000;

/** How far the time of a file may lag behind the clock, in ms. */
const CLOCK = 20;

/** What decides over a repository's programs, by name in its data. */
const ARMS: readonly string[] = ["hooks", "config", "config.worktree", "commondir"];

/**
 * Takes the effect from what a command has made although it decides over what runs later: it gets a name nobody looks
 * for. `before` is how it was when the command began, `accepted` what others have made meanwhile. Returns one sentence
 * for each.
 */
export function disarm(before: Walls, after: Walls, accepted: Accepted): readonly string[] {
  const told: string[] = [];
  const put = (path: string): void => {
    if (!before.writable.some((root) => isWithin(root, path))) return;
    if (isOlder(path, before)) {
      if (isMoved(path, before))
        told.push(
          `Sandbox: ${printable(path)} decides over what runs later and may have been moved there: look at it.`,
        );
      return;
    }
    const to = setAside(path, before.writable);
    told.push(
      to === undefined
        ? `Sandbox: ${printable(path)} decides over what runs later and could not be renamed: look at it before you use this folder.`
        : `Sandbox: ${printable(path)} decides over what runs later, so it was renamed to ${printable(to)}: make it with a tool that asks.`,
    );
  };
  for (const [path, now] of after.known) {
    const was = before.known.get(path);
    const isOld = was !== undefined && (was === "" || was === now);
    if (isOld || accepted.has(path) || before.taken.includes(path) || isPlaceholder(path)) continue;
    if (isWorktree(path, before)) continue;
    if (!after.repositories.has(path)) put(path);
    else if (!isHarmless(path)) for (const name of ARMS) if (exists(join(path, name))) put(join(path, name));
  }
  for (const path of before.unwanted) if (exists(path) && !accepted.has(path)) put(path);
  for (const [path, target] of before.links) {
    if (targetOf(path) === target || accepted.has(path)) continue;
    if (exists(path)) put(path);
    restore(path, target, before.writable);
  }
  return told;
}

/**
 * Where there is more than can be looked at, what comes into view when other folders go may have stood there all the
 * time: it is older than the command, and so is all that lies in it.
 */
function isOlder(path: string, { partial, at, known }: Walls): boolean {
  if (known.has(path) || !partial.some((root) => isWithin(root, path))) return false;
  const queue = [path];
  for (let next = 0; next < queue.length; next++) {
    const stat = linkStatOf(queue[next]!);
    if (!stat || stat.ctimeMs >= at - CLOCK || next > MOST_INSIDE) return false;
    if (stat.isDirectory()) for (const name of namesIn(queue[next]!)) queue.push(join(queue[next]!, name));
  }
  return true;
}

/** A folder above it is not older: it was moved itself, or something beside it has changed. */
function isMoved(path: string, { partial, at }: Walls): boolean {
  const roots = partial.filter((root) => isWithin(root, path));
  return roots.some((root) => between(root, path).some((dir) => (linkStatOf(dir)?.ctimeMs ?? 0) >= at - CLOCK));
}

/** A new worktree of a repository that was there before, which has settings and hooks of that one only. */
function isWorktree(path: string, { known }: Walls): boolean {
  if (!path.endsWith("/.git") || !linkStatOf(path)?.isFile()) return false;
  try {
    const { data, records } = linkedBy(path) ?? {};
    return data !== undefined && records !== undefined && known.has(data) && !exists(join(records, "config.worktree"));
  } catch {
    return false;
  }
}

/** Renames in its own folder, whatever becomes of the way there meanwhile. */
function setAside(path: string, roots: readonly string[]): string | undefined {
  return inFolderOf(path, roots, (folder) => {
    const plain = `${basename(path).replace(/^\.+/, "")}.refused`;
    for (let place = 0; place < 100; place++) {
      const name = place === 0 ? plain : `${plain}-${place}`;
      if (exists(join(folder, name))) continue;
      renameSync(join(folder, basename(path)), join(folder, name));
      return join(dirname(path), name);
    }
    return undefined;
  });
}

function restore(path: string, target: string, roots: readonly string[]): void {
  inFolderOf(path, roots, (folder) => {
    try {
      symlinkSync(target, join(folder, basename(path)));
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error;
    }
    return undefined;
  });
}

/** Opens the folder a path lies in step by step from the writable folder down, never through a link. */
function inFolderOf<T>(path: string, roots: readonly string[], act: (folder: string) => T | undefined): T | undefined {
  const root = roots.find((one) => isWithin(one, path) && one !== path);
  if (root === undefined) return undefined;
  let file: number | undefined;
  try {
    file = openSync(root, FOLDER);
    for (const name of dirname(path).slice(root.length).split("/").filter(Boolean)) {
      const next = openSync(`/proc/self/fd/${file}/${name}`, FOLDER);
      closeSync(file);
      file = next;
    }
    return act(`/proc/self/fd/${file}`);
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
