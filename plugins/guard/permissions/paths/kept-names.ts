import { readFileSync } from "node:fs";
import { join } from "node:path";
import { statOf } from "../../../../schemas/stat-of.js";
import type { Place } from "./judge-path.js";
import { remembered } from "./remembered.js";

const MOST = 64 * 1024;

/** Names that lists of what to leave out take back: they are searched whatever they begin with. */
export function keptNames(folder: string, place: Place): readonly string[] {
  return remembered(place, `kept ${folder}`, () =>
    [".gitignore", ".ignore", ".rgignore", ".fdignore"].flatMap((name) => {
      const path = join(folder, name);
      const stat = statOf(path);
      if (!stat?.isFile()) return [];
      // So much is taken for anything.
      if (stat.size > MOST) return ["*"];
      return readFileSync(path, "utf8")
        .split("\n")
        .flatMap((line) => /^!(.*?)\s*$/.exec(line)?.[1] ?? []);
    }),
  );
}
