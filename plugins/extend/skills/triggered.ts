import { messageOf } from "../../../schemas/errors.js";
import type { Session } from "../../../schemas/session.js";
import { forks } from "../forks.js";
import type { Fitting } from "../triggers.js";
import { readSource, type PromptSource } from "../prompt-source.js";
import type { SkillDesk } from "./skill-commands.js";
import { dressed } from "./skill-text.js";
import { stands } from "./told.js";

export interface Loading {
  readonly session: Session;
  readonly desk: SkillDesk;
  readonly signal?: AbortSignal;
}

/** How many skills load at once, and how many characters they may bring. */
const MOST = 3;
const ROOM = 60_000;

/** The texts of skills whose triggers fit, as context. What is in the conversation already is not told again. */
export async function loadTriggered(fitting: readonly Fitting[], loading: Loading): Promise<readonly string[]> {
  const texts: string[] = [];
  const left: string[] = [];
  let room = ROOM;
  for (const one of fitting) {
    const text = texts.length < MOST ? await load(one, loading) : undefined;
    if (texts.length >= MOST || (text !== undefined && text.length > room)) left.push(one.skill);
    else if (text !== undefined) {
      texts.push(text);
      room -= text.length;
    }
  }
  if (left.length === 0) return texts;
  const names = left.slice(0, 20).join(", ");
  return [...texts, `<system-reminder>\nThese skills fit as well: ${names}.\n</system-reminder>`];
}

/**
 * Nobody asked for a skill that a word in a prompt has loaded. What a stranger's skill allows itself would then hold for
 * any prompt with that word, so only those of the user and the project keep it.
 */
function withoutGrants(source: PromptSource): PromptSource {
  if (!source.part.owner.namespaced) return source;
  const { allowedTools: _, ...data } = source.data;
  return { ...source, data };
}

async function load({ skill, by }: Fitting, { session, desk, signal }: Loading): Promise<string | undefined> {
  const found = await desk.roster.find(skill, session);
  if (!found) return undefined;
  try {
    const source = withoutGrants(await readSource(desk.kernel, found.part, found.name));
    if (forks(source)) return undefined;
    const text = dressed(
      source,
      await (await desk.user()).text(source, { session, args: "", ...(signal && { signal }) }),
    );
    if (stands(text, session.messages)) return undefined;
    desk.listings.used(skill);
    return `<system-reminder>\nThe skill ${skill} is loaded, as its trigger ${by} fits:\n\n${text}\n</system-reminder>`;
  } catch (error) {
    const said = `The skill ${skill} (trigger ${by}) could not be loaded: ${messageOf(error)}`;
    session.emit({ type: "notice", at: desk.kernel.clock.now(), level: "warning", text: said, plugin: "skills" });
    return undefined;
  }
}
