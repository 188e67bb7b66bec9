import { existsSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../../schemas/errors.js";
import { lines } from "./scaffold.js";
import { writeAll } from "./write-all.js";

/** Makes a skill below a plugin root and says what was made. */
export function newSkill(root: string, name: string, description: string | undefined): string {
  if (!/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(name) || name.length > 64) {
    throw new UserError(`"${name}" cannot be a skill's name: use small letters, digits and single hyphens.`);
  }
  const dir = join(root, "skills", name);
  if (existsSync(dir)) throw new UserError(`${dir} is there already.`);
  const words = name.replaceAll("-", " ");
  const about = description ?? `Helps to ${words}. Use when the user asks to ${words}.`;
  writeAll(dir, {
    "SKILL.md": lines(
      "---",
      `name: ${name}`,
      `description: ${JSON.stringify(about)}`,
      `triggers: [${words}]`,
      "---",
      "",
      `# ${words}`,
      "",
      "1. Say what to look at first.",
      "2. Say what to do, step by step, and what a good result looks like.",
      "3. Say what never to do.",
      "",
      "$ARGUMENTS",
    ),
    "eval.yaml": lines(
      "# Prompts and the skill each wants (none: no skill). The triggers decide where no answer is recorded: docs/skills.md.",
      "cases:",
      `  - prompt: "Please ${words}."`,
      `    expect: ${name}`,
      '  - prompt: "What time is it?"',
      "    expect: none",
    ),
  });
  return lines(
    `Made ${dir}:`,
    "  SKILL.md   what the model is told; its description and its triggers decide when",
    "  eval.yaml  prompts and the skill that should be chosen for each",
    "Next:",
    `  nacre skill eval ${join(dir, "eval.yaml")}`,
    `  type /${name} in nacre`,
  );
}
