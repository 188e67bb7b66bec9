import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Diagnostic, Package } from "../../../schemas/parts.js";

const KEBAB = /^[a-z0-9]+(?:[.-][a-z0-9]+)*$/;

/** What is allowed and still better otherwise (plugins.md, section 6). */
export function checkAdvice({ dir, fields, name, state, format }: Package): Diagnostic[] {
  const file = manifestFile(dir) ?? dir;
  const problems: Diagnostic[] = [];
  const advise = (code: string, message: string, fix: string, at = file): void => {
    problems.push({ severity: "warning", code, message, fix, file: at });
  };
  if (state === "ok" && format !== "gemini") {
    for (const key of ["version", "description", "author"]) {
      if (fields[key] === undefined) advise(`no-${key}`, `The manifest has no "${key}".`, `Add "${key}".`);
    }
  }
  if (!KEBAB.test(name)) {
    advise("name-not-kebab", `The name "${name}" is not made of small letters, digits and hyphens.`, "Rename it.");
  }
  for (const words of ["CLAUDE.md", "AGENTS.md", "NACRE.md"]) {
    if (!existsSync(join(dir, words))) continue;
    const message = `${words} in a plugin's folder is read by nobody.`;
    advise("guidelines-in-plugin", message, "Put what the model should know into a skill.", join(dir, words));
  }
  return [...problems, ...collisions(dir)];
}

function manifestFile(dir: string): string | undefined {
  return ["plugin.json", ".claude-plugin/plugin.json", "gemini-extension.json"]
    .map((path) => join(dir, path))
    .find((path) => existsSync(path));
}

/** Names that differ in the case of letters alone: on some machines the second overwrites the first. */
function collisions(dir: string): Diagnostic[] {
  const problems: Diagnostic[] = [];
  for (const folder of ["", "skills", "commands", "agents", "output-styles"]) {
    const seen = new Map<string, string>();
    for (const name of names(join(dir, folder))) {
      const other = seen.get(name.toLowerCase());
      if (other !== undefined) {
        const message = `"${name}" and "${other}" are the same name on file systems that do not tell small and capital letters apart.`;
        problems.push({
          severity: "warning",
          code: "case-collision",
          message,
          fix: "Rename one of them.",
          file: join(dir, folder, name),
        });
      }
      seen.set(name.toLowerCase(), name);
    }
  }
  return problems;
}

function names(dir: string): readonly string[] {
  try {
    return readdirSync(dir).slice(0, 10_000).toSorted();
  } catch {
    return []; // That it cannot be read is said where it is read.
  }
}
