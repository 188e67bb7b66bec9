import { resolve } from "node:path";
import type { Place } from "../paths/judge-path.js";
import { hasNoLinks, isGlob, unquoteGlob } from "./glob-names.js";
import { namesOf } from "./scan-folder.js";
import { anything, type Value } from "./value.js";

/**
 * What a pattern stands for where `**` stands for folders within folders too: anything below the folder before it whose
 * name fits the pattern's end. Any other star would go through links to folders.
 */
export function deepNames(pattern: string, cwd: string, place: Place): Value {
  const segments = pattern.split("/");
  const first = segments.findIndex((one) => isGlob(one));
  const last = segments.at(-1)!;
  const isPlain = segments[first] === "**" && segments.length - first <= 2;
  if (
    !isPlain ||
    pattern.startsWith("/") ||
    segments.includes("..") ||
    segments.some((one) => /^\\?\./.test(one)) ||
    last === ""
  )
    return anything("it is not certain which files a pattern matches");
  const folder = resolve(cwd, unquoteGlob(segments.slice(0, first).join("/")));
  if (!hasNoLinks(folder, place)) return anything("a pattern leads through a link");
  const patterns = last === "**" ? [] : [last];
  return namesOf({ folder, cwd, patterns, files: false, visible: true, without: [] }, place);
}
