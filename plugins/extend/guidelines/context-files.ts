import { basename } from "node:path";
import type { Diagnostic, Part, PartPlace, PartsFound } from "../../../schemas/parts.js";
import { readText } from "../read-text.js";

/** The context files that formats name: each is one part. Its text is read when a session begins. */
export function contextFiles(places: readonly PartPlace[]): PartsFound {
  const parts: Part[] = [];
  const problems: Diagnostic[] = [];
  const files: string[] = [];
  for (const { path, optional } of places) {
    if (path === undefined) continue;
    files.push(path);
    const text = readText(path);
    if (typeof text === "string") parts.push({ kind: "guideline", name: basename(path), file: path, data: {} });
    else if (!optional || text.code !== "missing") problems.push(text);
  }
  return { parts, problems, files };
}
