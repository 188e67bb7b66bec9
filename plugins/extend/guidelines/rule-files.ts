import { sep } from "node:path";
import { pathGlob, type PathGlob } from "../../../schemas/path-glob.js";
import { messageOf } from "../../../schemas/errors.js";
import { globsOf } from "../front-fields.js";
import { listFiles } from "../list-files.js";
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
const MOST_GLOBS = 100;

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
  const globs = (globsOf(data["paths"]) ?? []).slice(0, MOST_GLOBS);
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

function filesBelow(top: string, within: string | undefined, notices: string[]): readonly string[] {
  const wants = (name: string): boolean => name.endsWith(".md");
  const { files, problems } = listFiles(top, { dir: within ?? sep }, { depth: DEEPEST, wants, most: MOST_SEEN });
  for (const { message } of problems) notices.push(`Guidelines: ${message}`);
  if (files.length > MOST_FILES) {
    notices.push(`Guidelines: ${top} holds more than ${MOST_FILES} rule files; the rest is not read.`);
  }
  return files.slice(0, MOST_FILES);
}
