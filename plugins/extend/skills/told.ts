import type { Message } from "../../../schemas/message.js";
import { MARK } from "./build-listing.js";

/**
 * Lines of skills that a conversation holds already, by name, the latest of each; undefined where it never listed any.
 * Read from the messages themselves, so that it is right after a resume and after anything that drops messages.
 */
export function toldIn(messages: readonly Message[]): ReadonlyMap<string, string> | undefined {
  let told: Map<string, string> | undefined;
  for (const { role, content } of messages) {
    if (role !== "user") continue;
    for (const block of content) {
      if (block.type !== "text" || !block.text.startsWith(MARK)) continue;
      told ??= new Map();
      for (const line of linesIn(block.text)) told.set(nameIn(line), line);
    }
  }
  return told;
}

/** The skills' lines of a list, each with its line break. */
export function linesIn(text: string): readonly string[] {
  return text.split("\n").flatMap((line) => (line.startsWith("- ") ? [`${line}\n`] : []));
}

/** The skill a line is about. */
export function nameIn(line: string): string {
  const end = line.indexOf(": ");
  return line
    .slice(2, end < 0 ? undefined : end)
    .trimEnd()
    .replace(/ \(gone\)$/, "");
}

/** Whether a text stands in a conversation, in a prompt or a tool's result. */
export function stands(text: string, messages: readonly Message[]): boolean {
  return messages.some(({ content }) =>
    content.some((block) => {
      if (block.type === "text") return block.text.includes(text);
      if (block.type !== "tool_result") return false;
      if (typeof block.content === "string") return block.content.includes(text);
      return block.content.some((part) => part.type === "text" && part.text.includes(text));
    }),
  );
}
