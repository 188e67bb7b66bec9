import { readdirSync } from "node:fs";
import { join } from "node:path";

const MOST = 40;
const DEPTH = 3;
const MOST_LOOKED_AT = 400;

/** Names of the files that stand beside a SKILL.md, without reading any. Links are named and not followed. */
export function supportingFiles(dir: string): readonly string[] {
  const found: string[] = [];
  let looked = 0;
  const visit = (folder: string, way: string, depth: number): void => {
    const entries = readdirSync(join(dir, folder), { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      if (++looked > MOST_LOOKED_AT || found.length > MOST) return;
      if (entry.name.startsWith(".") || entry.name === "node_modules" || /[\n\r]/.test(entry.name)) continue;
      const path = way + entry.name;
      if (entry.isDirectory() && depth < DEPTH) visit(path, `${path}/`, depth + 1);
      else if (!entry.isDirectory() && !/^skill\.md$/i.test(path)) found.push(path);
    }
  };
  try {
    visit("", "", 1);
  } catch {
    // A folder that cannot be listed is told of when somebody reads a file of it.
  }
  return found.length > MOST ? [...found.slice(0, MOST), "..."] : found;
}
