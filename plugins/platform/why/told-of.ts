import type { KernelView } from "../../../core/types.js";
import type { TurnEvent } from "../../../schemas/event.js";
import type { Session } from "../../../schemas/session.js";

/** Whether a session's list of skills had a skill in it. */
export interface Told {
  readonly as: "full" | "name" | "left out" | "no list";
  /** Absent where there is no session. */
  readonly session?: string;
}

/** The beginning of each list in a conversation. */
const LIST = "<system-reminder>\nSkills";

/** What the model was told of a skill in a session; in the newest of this folder where none is given. */
export async function toldOf(kernel: KernelView, name: string, session?: Session): Promise<Told> {
  if (session)
    return {
      ...toldIn(
        session.messages.flatMap(({ content }) => texts(content)),
        name,
      ),
      session: session.id,
    };
  const transcripts = await kernel.service("transcripts");
  const newest = await transcripts?.latest(kernel.cwd, { headless: true });
  if (!newest) return { as: "no list" };
  const lists: string[] = [];
  for await (const event of newest.events()) lists.push(...textsOf(event));
  return { ...toldIn(lists, name), session: newest.id };
}

function toldIn(all: readonly string[], name: string): Pick<Told, "as"> {
  const lists = all.filter((text) => text.startsWith(LIST));
  const lines = lists
    .flatMap((text) => text.split("\n"))
    .filter((line) => line === `- ${name}` || line.startsWith(`- ${name}: `));
  const last = lines.at(-1);
  if (last === undefined) return { as: lists.length === 0 ? "no list" : "left out" };
  return { as: last === `- ${name}` ? "name" : "full" };
}

function textsOf(event: TurnEvent): readonly string[] {
  return event.type === "prompt" ? texts(event.content) : [];
}

function texts(content: readonly { readonly type: string; readonly text?: unknown }[]): readonly string[] {
  return content.flatMap(({ type, text }) => (type === "text" && typeof text === "string" ? [text] : []));
}
