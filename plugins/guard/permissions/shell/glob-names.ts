import { readdirSync, type Dirent } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { offence } from "./name-offence.js";
import { judgePath, type Place } from "../paths/judge-path.js";
import { isFolder } from "../paths/is-folder.js";
import { anything, MOST_TEXTS, texts, type Value } from "./value.js";

/** Entries that one pattern is compared with at most. */
const BUDGET = 5_000;

/** A pattern whose quoted signs have a backslash before them, and the text that such a one stands for. */
export const quoteGlob = (text: string): string => text.replaceAll(/[*?[\]\\]/g, "\\$&");
export const unquoteGlob = (pattern: string): string => pattern.replaceAll(/\\([\s\S])/g, "$1");
export const isGlob = (pattern: string): boolean => /(?:^|[^\\])(?:\\\\)*[*?[]/.test(pattern);

/**
 * What a pattern of file names stands for in a folder. A little more than a shell would find; the pattern itself when
 * there is nothing, as a shell does.
 */
export function globNames(pattern: string, cwd: string, place: Place): Value {
  const budget = { left: BUDGET };
  const absolute = pattern.startsWith("/");
  let found = [""];
  const segments = pattern.split("/").filter((one, at) => one !== "" || at === 0);
  for (const [at, segment] of segments.entries()) {
    const isFirst = at === 0;
    const next: string[] = [];
    for (const one of found) {
      const prefix = isFirst && !absolute ? "" : `${one}/`;
      if (!isGlob(segment)) next.push(isFirst && absolute ? "" : prefix + unquoteGlob(segment));
      else for (const { name } of entries(join(absolute ? "/" : cwd, one), segment, budget)) next.push(prefix + name);
    }
    if (budget.left <= 0) return anything("too many files match a pattern");
    found = next;
  }
  // A slash at the end asks for folders, and stays.
  if (/[^/]\/+$/.test(pattern)) found = found.filter((one) => isFolder(resolve(cwd, one))).map((one) => `${one}/`);
  const own = unquoteGlob(pattern);
  if (found.length <= MOST_TEXTS) return texts(...found, ...(certain(pattern, found) ? [] : [own]));
  for (const name of found) {
    const isPlain = !name.endsWith("/") && hasNoLinks(resolve(cwd, dirname(name)), place);
    const why = offence(name, cwd, place, isPlain ? undefined : true);
    if (why !== undefined) return anything(why);
  }
  return { kind: "names", base: cwd, sample: cwd };
}

/** Whether a folder is where its path says, in the workspace, so that only the names in it have to be looked at. */
export function hasNoLinks(folder: string, place: Place): boolean {
  const { inside, candidates } = judgePath(folder, place);
  return inside && candidates.length === 1;
}

/** Whether a shell finds something too, so that the pattern does not stand for itself: stars alone mean the same to both. */
function certain(pattern: string, found: readonly string[]): boolean {
  const [last, ...before] = pattern.replace(/\/+$/, "").split("/").toReversed();
  if (/[?[\]\\]|(?:\*[^/]*){5}/.test(pattern) || !last!.includes("*") || found.length === 0) return false;
  return !before.includes("..");
}

function entries(folder: string, segment: string, budget: { left: number }): readonly Dirent[] {
  const wanted = matcher(segment);
  const dots = segment.startsWith(".") || segment.startsWith("\\.");
  try {
    const all = readdirSync(folder, { withFileTypes: true });
    budget.left -= all.length;
    return all.filter(({ name }) => (dots || !name.startsWith(".")) && wanted(name));
  } catch {
    return [];
  }
}

/** Takes a set of letters for any letter, and a pattern of many stars for any name: more can match, never less. */
export function matcher(segment: string): (name: string) => boolean {
  const parts = segment.match(/\\[\s\S]|\*+|\[[^\]]*\]|[\s\S]/g) ?? [];
  if (
    parts.filter((one) => one.startsWith("*")).length > 4 ||
    /\[[^\]]*$/.test(segment) ||
    /\[\^?!?\]|\[:/.test(segment)
  ) {
    return () => true;
  }
  const source = parts.map((one) => {
    if (one.startsWith("*")) return ".*";
    if (one === "?" || (one.startsWith("[") && one.length > 1)) return ".";
    return (one.startsWith("\\") ? one.slice(1) : one).replaceAll(/[.*+?^${}()|[\]\\/]/g, "\\$&");
  });
  const pattern = new RegExp(`^${source.join("")}$`, "su");
  return (name) => pattern.test(name);
}
