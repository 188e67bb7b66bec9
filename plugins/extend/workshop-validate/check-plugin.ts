import { basename, dirname } from "node:path";
import type { Catalogue, Diagnostic, Inventory } from "../../../schemas/parts.js";
import type { Checked } from "./checked.js";
import { checkAdvice } from "./check-advice.js";
import { checkModule } from "./check-module.js";
import { checkPromises } from "./check-promises.js";

/** Folders of a project or a user: read as plugins are, but nobody installs them. */
const OWN: ReadonlySet<string> = new Set([".nacre", ".claude", ".agents"]);

/** Checks one plugin folder: its manifest, all its parts, and what it promises to add. */
export async function checkPlugin(dir: string, catalogue: Catalogue): Promise<Checked> {
  const isOwn = OWN.has(basename(dir));
  const inventory = await catalogue.inspect(dir, isOwn ? { within: dirname(dir) } : {});
  const { package: found, parts } = inventory;
  const holds: Record<string, number> = {};
  for (const { kind } of parts) holds[kind] = (holds[kind] ?? 0) + 1;
  const advice = isOwn ? [] : checkAdvice(found);
  const more = found.usable ? [...checkPromises(found), ...checkModule(found), ...advice, ...doubles(inventory)] : [];
  const problems = [...inventory.problems, ...more];
  if (found.usable && parts.length === 0 && found.main === undefined && !found.manifest.provides) {
    problems.push({
      severity: "warning",
      code: "empty",
      message: "The plugin holds nothing that nacre would use.",
      fix: "Add a folder such as skills/ or commands/, or a module index.js.",
      file: dir,
    });
  }
  return { kind: "plugin", path: dir, name: found.name, holds, problems };
}

/** Parts of one kind that have the same name, on file systems that tell small and capital letters apart or not. */
function doubles({ parts }: Inventory): Diagnostic[] {
  const seen = new Map<string, string>();
  const problems: Diagnostic[] = [];
  for (const { kind, name, file } of parts) {
    if (kind === "hook" || kind === "alias") continue;
    const key = `${kind} ${name.toLowerCase()}`;
    const first = seen.get(key);
    if (first === undefined) seen.set(key, file);
    else if (first !== file) {
      const message = `There is another ${kind} named "${name}" in ${first}; only one of them can be called.`;
      problems.push({ severity: "warning", code: "same-name", message, fix: "Rename one of them.", file, line: 1 });
    }
  }
  return problems;
}
