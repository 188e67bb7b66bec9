import { dirname } from "node:path";
import type { Session } from "../../../schemas/session.js";
import type { PromptSource } from "../prompt-source.js";
import type { PromptUser, Use } from "../use-prompt.js";
import { supportingFiles } from "./supporting-files.js";
import { stands } from "./told.js";

/** A skill's body with what belongs to it in front: where its files are, and which. */
export function dressed({ part }: PromptSource, body: string): string {
  const dir = dirname(part.file);
  const files = supportingFiles(dir);
  const list = files.length === 0 ? "" : `Files in it: ${files.join(", ")}\n`;
  return `Base directory for this skill: ${dir}\n${list}\n${body}`;
}

/** What the model reads when a skill is used. The same text a second time is only pointed at. */
export async function skillText(source: PromptSource, use: Use, user: PromptUser): Promise<string> {
  const text = dressed(source, await user.text(source, use));
  return again(source, text, use.session) ?? text;
}

/** A note, where a skill's very text stands in the conversation already. */
export function again({ name }: PromptSource, text: string, { messages }: Session): string | undefined {
  if (!stands(text, messages)) return undefined;
  return `The skill ${name} is loaded already and has not changed: follow its text above once more.`;
}
