import { isWithin } from "../../../../schemas/is-within.js";
import { isObject, type JsonObject } from "../../../../schemas/json.js";
import { linkStatOf } from "../../../../schemas/stat-of.js";
import { judgePath, type JudgedPath, type Place } from "../paths/judge-path.js";
import { secretsMatching } from "../paths/secrets-matching.js";
import type { Circumstance } from "./circumstance.js";
import type { Sweep } from "./sweep.js";

/** A path of a call and what is done with it. */
export interface PathFact {
  readonly judged: JudgedPath;
  readonly operation: "read" | "write";
  /** Everything below it is meant. */
  readonly folder: boolean;
  /** Where it is a folder, what is in its files is shown. */
  readonly sweep?: Sweep;
}

const FIELDS = ["file_path", "notebook_path", "path", "paths", "files"] as const;

/** Tools that look through a folder, which is the working folder when they are told none. */
const SEARCHES: ReadonlySet<string> = new Set(["Glob", "Grep", "LS"]);

/** The paths in a tool's input. Undefined where one has a form that no path has. */
export function pathsOf(
  tool: string,
  input: JsonObject,
  operation: "read" | "write",
  place: Place,
): readonly PathFact[] | undefined {
  const given = namedPaths(input);
  if (!given) return undefined;
  const found = given.map(([field, path]): PathFact => {
    const judged = requireObject(judgePath(path, place), operation);
    return { judged, operation, folder: field === "path" || SEARCHES.has(tool) };
  });
  if (!SEARCHES.has(tool)) return found;
  if (found.length === 0) found.push({ judged: judgePath(place.cwd, place), operation, folder: true });
  const base = found[0]!.judged.candidates[0]!;
  for (const named of patternPaths(tool, input)) {
    if (named === undefined) return undefined;
    found.push({
      judged: judgePath(named.startsWith("/") ? named : `${base}/${named}`, place),
      operation,
      folder: true,
    });
  }
  return found;
}

/** A path is only as good as what it names: what is neither file nor folder, or has more names, is not known by its path. */
export function requireObject(judged: JudgedPath, operation: "read" | "write"): JudgedPath {
  const stat = judged.real === undefined ? undefined : linkStatOf(judged.real);
  if (!stat || judged.problem !== undefined) return judged;
  if (!stat.isFile() && !stat.isDirectory()) {
    return { ...judged, inside: false, problem: "it is neither a file nor a folder" };
  }
  const isShared = operation === "write" && stat.isFile() && stat.nlink > 1;
  return isShared ? { ...judged, inside: false, problem: "the file has other names, which nobody has judged" } : judged;
}

/** Every path with its field; those of a list, and of objects in a list, too. */
function namedPaths(input: JsonObject): readonly (readonly [string, string])[] | undefined {
  const found: (readonly [string, string])[] = [];
  for (const field of FIELDS) {
    const value = input[field];
    if (value === undefined || value === null) continue;
    const list: readonly unknown[] = Array.isArray(value) ? value : [value];
    for (const one of list) {
      const inner = isObject(one) ? namedPaths(one) : undefined;
      if (typeof one === "string") found.push([field, one]);
      else if (inner && inner.length > 0) found.push(...inner);
      else return undefined;
    }
  }
  return found;
}

/** The places that the patterns of a search lead to, beside its folder. Undefined where that cannot be told. */
function patternPaths(tool: string, input: JsonObject): readonly (string | undefined)[] {
  const pattern = tool === "Glob" ? input["pattern"] : input["glob"];
  if (pattern === undefined || pattern === null || pattern === "") return [];
  if (typeof pattern !== "string") return [undefined];
  const special = pattern.search(/[*?[\]{}()!\\]/);
  if (special < 0) return [pattern];
  // A backslash before a dot changes nothing about it.
  const rest = pattern.replaceAll("\\", "").slice(Math.max(0, special - 1));
  if (/\.\.|[{,|(]\/|[{,|(]~/.test(rest)) return [undefined];
  const prefix = pattern.slice(0, special).replace(/[^/]*$/, "");
  const last = pattern.slice(pattern.lastIndexOf("/") + 1);
  const named = /^[^*?[\]{}()!\\]+$/.test(last) ? [last] : secretsMatching(last);
  return [...(prefix === "" ? [] : [prefix]), ...named.map((name) => `${prefix}${name}`)];
}

/** What a mode has to say about each object that a path can mean. */
export function pathCircumstances(
  { judged, operation }: PathFact,
  folders: readonly string[],
): readonly Circumstance[] {
  const { given, candidates, problem, protectedBy, secret } = judged;
  const found: Circumstance[] = [];
  const shown = JSON.stringify(given).slice(1, -1);
  const facts = { operation, path: candidates[0]! };
  if (problem !== undefined) found.push({ ...facts, situation: "unresolved", reason: `${shown}: ${problem}` });
  if (operation === "write" && protectedBy !== undefined) {
    const isOne = shown === protectedBy;
    const reason = isOne ? `${shown} is protected` : `${shown} belongs to the protected ${protectedBy}`;
    found.push({ ...facts, situation: "protected", reason });
  }
  for (const path of candidates) {
    const inside = folders.some((dir) => isWithin(dir, path));
    const outside = `${shown} is outside the workspace${path === given ? "" : ` (it is ${path})`}`;
    if (secret && operation === "read") {
      const reason = inside ? `${shown} can hold secrets` : `${outside} and can hold secrets`;
      found.push({ operation, path, secret, situation: inside ? "secret" : "secretOutside", reason });
    } else if (!inside) {
      found.push({
        operation,
        path,
        situation: operation === "read" ? "readOutside" : "writeOutside",
        reason: outside,
      });
    } else {
      const reason = `${shown} would be ${operation === "read" ? "read" : "changed"}`;
      found.push({ operation, path, situation: operation, reason });
    }
  }
  return found;
}
