import { resolve } from "node:path";
import { messageOf } from "../../../../schemas/errors.js";
import { isWithin } from "../../../../schemas/is-within.js";
import { pathGlob } from "../../../../schemas/path-glob.js";
import type { Written } from "./settings.js";

/** A pattern of paths below a folder. */
export interface Glob {
  /** As written. */
  readonly text: string;
  /** Asked for absolute paths. */
  fits(path: string): boolean;
}

/** Segments of an absolute path. */
export function depth(path: string): number {
  return path === "/" ? 0 : path.split("/").length - 1;
}

/** Folders between two, the lower one left out, from top to bottom. */
export function between(upper: string, lower: string): readonly string[] {
  const found: string[] = [];
  for (let dir = lower; ;) {
    dir = dir.slice(0, Math.max(dir.lastIndexOf("/"), 0)) || "/";
    if (dir.length <= upper.length) return found.toReversed();
    found.push(dir);
  }
}

/** The path an entry names; undefined where it is a pattern. `dir/**` is the folder. */
export function literal({ text, base }: Written, userHome: string): string | undefined {
  const path = text.replace(/\/\*\*$/, "") || "/";
  return /[*?[\]{}]/.test(path) ? undefined : resolve(base, expanded(path, userHome));
}

/** An entry as a pattern, or why it is none. A pattern without a slash fits names at any depth. */
export function glob({ text, base }: Written, userHome: string): Glob | string {
  try {
    const full = expanded(text.replace(/^\.\//, ""), userHome);
    const fits = pathGlob(full.startsWith("/") ? full.slice(1) : full);
    const isAbsolute = full.startsWith("/");
    return {
      text,
      fits: (path) => {
        if (isAbsolute) return fits(path.slice(1));
        return isWithin(base, path) && path !== base && fits(path.slice(base.length).replace(/^\/+/, ""));
      },
    };
  } catch (error) {
    return messageOf(error);
  }
}

function expanded(text: string, userHome: string): string {
  return text === "~" || text.startsWith("~/") ? userHome + text.slice(1) : text.replace(/^\/{2,}/, "/");
}
