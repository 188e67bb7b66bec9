import { basename, dirname, join, resolve } from "node:path";
import type { JsonObject } from "../../../../schemas/json.js";
import { futureRealPath } from "../../../../schemas/real-path.js";
import { look } from "./file-state.js";

/** How tools call the paths they are given. */
const KEY =
  /^(?:(?:file|notebook|old|new|source|src|destination|dest|dst|target|output|from|to)[_-]?)?(?:path|paths|file|files|filename|dir|directory|folder)$|^(?:source|destination|target|from|to)$/i;

const MOST = 1_000;
const LONGEST = 4_096;

export interface Naming {
  readonly cwd: string;
  readonly home: string;
  /** Where paths led when the call was judged. */
  readonly places: ReadonlyMap<string, string> | undefined;
}

/** The paths a tool's input names: where they lead, and the links on whose place a tool could put a file. */
export function namedPaths(input: JsonObject, { cwd, home, places }: Naming): readonly string[] {
  const paths = new Set<string>();
  const given = new Set(places?.keys());
  collect(input, given, 0);
  for (const one of given) {
    const path = resolve(cwd, one === "~" || one.startsWith("~/") ? join(home, one.slice(1)) : one);
    paths.add(places?.get(one) ?? futureRealPath(path));
    if (dirname(path) !== path && look(path)?.isSymbolicLink())
      paths.add(join(futureRealPath(dirname(path)), basename(path)));
  }
  return [...paths].slice(0, MOST);
}

function collect(value: unknown, paths: Set<string>, depth: number): void {
  if (typeof value !== "object" || value === null || depth > 3) return;
  for (const [key, inner] of Object.entries(value)) {
    for (const one of Array.isArray(inner) ? (inner as unknown[]) : [inner]) {
      if (typeof one !== "string") collect(one, paths, depth + 1);
      else if (KEY.test(key) && isPath(one) && paths.size < MOST) paths.add(one);
    }
  }
}

function isPath(text: string): boolean {
  return text !== "" && text.length <= LONGEST && !text.includes("\0");
}
