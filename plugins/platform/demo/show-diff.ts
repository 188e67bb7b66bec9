import { readFileSync } from "node:fs";
import { join } from "node:path";
import { printable } from "../../../schemas/printable.js";
import { NEW_TEST, PROJECT } from "./project.js";

/** What the run changed in the sample project, as a unified diff. */
export async function diffOf(project: string): Promise<string> {
  const { createTwoFilesPatch } = await import("diff");
  return [...Object.keys(PROJECT), NEW_TEST.path]
    .flatMap((path) => {
      const before = PROJECT[path];
      const after = contentOf(join(project, path));
      if (before === after) return [];
      const from = before === undefined ? "/dev/null" : `a/${path}`;
      const to = after === undefined ? "/dev/null" : `b/${path}`;
      return createTwoFilesPatch(from, to, before ?? "", after ?? "")
        .split("\n")
        .slice(1);
    })
    .map((line) => `${printable(line)}\n`)
    .join("")
    .replace(/\n+$/, "\n");
}

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
