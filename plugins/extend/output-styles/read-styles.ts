import { basename } from "node:path";
import type { Diagnostic, Package, Part, PartPlace, PartsFound } from "../../../schemas/parts.js";
import { inFile } from "../diagnostic.js";
import { readOutputStyleFile } from "../output-style-file.js";
import { placeFiles } from "../place-files.js";
import { readWords } from "../unseen.js";

const OPTIONS = { depth: 0, wants: (name: string): boolean => name.toLowerCase().endsWith(".md"), most: 1_000 };

/** The output styles of one plugin: each Markdown file of its places. Their words are read when a style is used. */
export async function readStyles(places: readonly PartPlace[], from: Package): Promise<PartsFound> {
  const parts: Part[] = [];
  const problems: Diagnostic[] = [];
  const files: string[] = [];
  for (const place of places) {
    const found = placeFiles(place, from, OPTIONS);
    problems.push(...found.problems);
    files.push(...found.watched);
    for (const file of found.files) {
      if (files.includes(file)) continue;
      files.push(file);
      const text = readWords(file, found.isLinked === false);
      if (typeof text !== "string") {
        problems.push(text);
        continue;
      }
      const read = await readOutputStyleFile(text, basename(file).replace(/\.md$/i, ""));
      problems.push(...inFile(file, read.problems));
      const { name, description, data } = read;
      if (read.usable) parts.push({ kind: "output-style", name, file, data: { ...data, description } });
    }
  }
  return { parts, problems, files };
}
