import { readdirSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import { pathGlob, type PathGlob } from "../../../schemas/path-glob.js";
import { messageOf } from "../../../schemas/errors.js";
import { contains } from "../inside.js";
import { readText } from "../read-text.js";

/** One file of a rules folder. */
export interface RuleFile {
  readonly file: string;
  readonly text: string;
  /** As written; empty when the rule always holds. */
  readonly globs: readonly string[];
  /** Whether it speaks about a path below the folder the rules belong to. */
  fits(path: string): boolean;
}

const MOST_FILES = 500;
const MOST_SEEN = 5_000;
const DEEPEST = 8;
const LONGEST = 2_000;

/** Reads `**\/*.md` below a rules folder, in the order of names. Links are followed as far as `within` allows. */
export async function ruleFiles(
  folder: string,
  within: string | undefined,
  notices: string[],
): Promise<readonly RuleFile[]> {
  const rules: RuleFile[] = [];
  for (const file of filesBelow(folder, within, notices)) {
    const text = readText(file);
    if (typeof text === "string") rules.push(await ruleFile(file, text, notices));
    else notices.push(`Guidelines: ${text.message} It is left out.`);
  }
  return rules;
}

async function ruleFile(file: string, text: string, notices: string[]): Promise<RuleFile> {
  if (!text.trimStart().startsWith("---")) return { file, text, globs: [], fits: () => true };
  const { readFrontMatter } = await import("../front-matter.js");
  const { data, body, problems } = await readFrontMatter(text, ["paths", "description"]);
  for (const { message, line } of problems)
    notices.push(`Guidelines: ${file}${line === undefined ? "" : `:${line}`}: ${message}`);
  const globs = listOf(data["paths"]);
  const tests: PathGlob[] = [];
  for (const glob of globs) {
    try {
      tests.push(pathGlob(glob));
    } catch (error) {
      notices.push(`Guidelines: ${file}: the path ${JSON.stringify(glob)} is not used: ${messageOf(error)}`);
    }
  }
  return { file, text: body, globs, fits: (path) => globs.length === 0 || tests.some((test) => test(path)) };
}

/** A list, or one text with commas outside of braces. */
function listOf(value: unknown): readonly string[] {
  if (typeof value === "string") {
    const parts = value
      .slice(0, LONGEST)
      .split(/,(?![^{]*\})/)
      .map((part) => part.trim());
    return parts.filter((part) => part !== "");
  }
  return Array.isArray(value) ? value.filter((item) => typeof item === "string" && item !== "") : [];
}

function filesBelow(top: string, within: string | undefined, notices: string[]): readonly string[] {
  const files: string[] = [];
  const seen = new Set<string>();
  let looked = 0;
  const walk = (folder: string, depth: number): void => {
    const real = realOf(folder);
    if (real === undefined || seen.has(real) || (within !== undefined && !contains(within, real))) return;
    seen.add(real);
    for (const name of readdirSync(real).toSorted()) {
      if (++looked > MOST_SEEN || files.length >= MOST_FILES) return;
      const path = join(folder, name);
      const stats = statSync(path, { throwIfNoEntry: false });
      if (stats?.isDirectory() && depth < DEEPEST) walk(path, depth + 1);
      else if (stats?.isFile() && name.endsWith(".md") && isIn(within, path)) files.push(path);
    }
  };
  try {
    walk(top, 1);
  } catch (error) {
    notices.push(`Guidelines: ${top} cannot be read: ${messageOf(error)}.`);
  }
  if (looked > MOST_SEEN || files.length >= MOST_FILES)
    notices.push(`Guidelines: ${top} holds more than ${MOST_FILES} rule files; the rest is not read.`);
  return files;
}

function isIn(within: string | undefined, path: string): boolean {
  const real = realOf(path);
  return real !== undefined && (within === undefined || contains(within, real));
}

function realOf(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch {
    return undefined;
  }
}
