import type { JsonObject } from "../../../schemas/json.js";
import type { Diagnostic, Package, Part, PartPlace, PartsFound } from "../../../schemas/parts.js";
import { inFile } from "../diagnostic.js";
import { placeFiles } from "../place-files.js";
import { readText } from "../read-text.js";
import { secretProblem } from "../unseen.js";
import { MOST_FILE, nameOfFile, readRule } from "./rule.js";

/** Reads the rule files of a plugin. */
export async function readParts(places: readonly PartPlace[], from: Package): Promise<PartsFound> {
  const parts: Part[] = [];
  const problems: Diagnostic[] = [];
  const files: string[] = [];
  for (const place of places) {
    const found = placeFiles(place, from, { depth: 0, wants: (name) => name.endsWith(".md"), most: 1_000 });
    problems.push(...found.problems);
    files.push(...found.watched, ...found.files);
    for (const file of found.files) {
      const text = secretProblem(file) ?? readText(file, MOST_FILE);
      if (typeof text !== "string") {
        problems.push(text);
        continue;
      }
      const name = nameOfFile(file);
      const { rule, problems: faults } = await readRule(text, name);
      problems.push(...inFile(file, faults));
      if (rule) parts.push({ kind: "hookify", name, file, data: { ...rule } as unknown as JsonObject });
    }
  }
  return { parts, problems, files };
}
