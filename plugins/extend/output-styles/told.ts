import type { Session } from "../../../schemas/session.js";
import { NORMAL, type Style } from "./style.js";

/** Who chose a style that a conversation is told of. */
export type Chooser = "chosen in this session" | "as the settings say";

/** What a conversation was told last. */
export interface Told {
  readonly name: string;
  readonly by: Chooser;
}

const HEADING = "# Output style: ";
const CHANGED = /^The output style is now ("(?:[^"\\]|\\.)*") \((chosen in this session|as the settings say)\)\./;

/** The last part of the system prompt. */
export async function systemWords(style: Style): Promise<string> {
  const body = await style.body();
  return body === "" ? "" : `${HEADING}${oneLine(style.name)}\n\n${body}`;
}

/** What is said with a prompt when the style changes; what was sent before stays as it is. */
export async function changeWords(style: Style, by: Chooser, coding: string): Promise<string> {
  const body = await style.body();
  const opening = `The output style is now ${JSON.stringify(oneLine(style.name))} (${by}). What other styles said no longer holds.`;
  const words = body === "" ? "Answer as you would without any style." : body;
  const work = style.keepsCoding ? coding : "What the system prompt says about software work no longer holds either.";
  return [opening, work, words].filter((part) => part !== "").join("\n\n");
}

/** The style a conversation was told last, by its messages or else by its system prompt. */
export function toldIn({ messages, system }: Pick<Session, "messages" | "system">): Told {
  for (const { role, content } of messages.toReversed()) {
    if (role !== "user") continue;
    for (const block of content.toReversed()) {
      const found = block.type === "text" ? CHANGED.exec(block.text) : null;
      if (found) return { name: JSON.parse(found[1]!) as string, by: found[2] as Chooser };
    }
  }
  const last = system.at(-1) ?? "";
  const name = last.startsWith(HEADING) ? last.slice(HEADING.length, last.indexOf("\n")) : NORMAL;
  return { name, by: "as the settings say" };
}

function oneLine(name: string): string {
  return name.replace(/\s+/g, " ");
}
