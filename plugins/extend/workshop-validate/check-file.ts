import { basename, dirname } from "node:path";
import { UserError } from "../../../schemas/errors.js";
import type { Checked } from "./checked.js";
import { readAgentFile } from "../agent-file.js";
import { readCommandFile } from "../command-file.js";
import { inFile } from "../diagnostic.js";
import type { FileRead } from "../front-fields.js";
import { readOutputStyleFile } from "../output-style-file.js";
import { readText } from "../read-text.js";
import { readSkillFile } from "../skill-file.js";

/** Checks a single Markdown file as what its place says it is. */
export async function checkFile(file: string): Promise<Checked> {
  const text = readText(file);
  if (typeof text !== "string") return { kind: "file", path: file, holds: {}, problems: [text] };
  const [kind, read] = await readAs(file, text);
  return { kind: "file", path: file, name: read.name, holds: { [kind]: 1 }, problems: inFile(file, read.problems) };
}

async function readAs(file: string, text: string): Promise<[string, FileRead]> {
  const name = basename(file).replace(/\.md$/i, "");
  const folders = dirname(file).split(/[/\\]/);
  if (/^skill\.md$/i.test(basename(file)))
    return ["skill", await readSkillFile(text, { folder: folders.at(-1) ?? "" })];
  if (/\.md$/i.test(file)) {
    if (folders.includes("agents")) return ["agent", await readAgentFile(text, name)];
    if (folders.includes("output-styles")) return ["output-style", await readOutputStyleFile(text, name)];
    if (folders.includes("commands")) return ["command", await readCommandFile(text, name)];
  }
  throw new UserError(
    `${file} is neither a SKILL.md nor a Markdown file below commands/, agents/ or output-styles/; name a plugin's folder.`,
  );
}
