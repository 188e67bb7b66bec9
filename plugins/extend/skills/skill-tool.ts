import type { JsonObject } from "../../../schemas/json.js";
import type { Session } from "../../../schemas/session.js";
import type { ToolContext, ToolOutput } from "../../../schemas/tool.js";
import { forks } from "../forks.js";
import type { NamedPart } from "../part-names.js";
import { readSource } from "../prompt-source.js";
import { lineOf } from "./build-listing.js";
import { isForModel, isForUser } from "./policy.js";
import type { SkillDesk } from "./skill-commands.js";
import { skillText } from "./skill-text.js";

const MOST_FOUND = 20;
const FOUND_DESCRIPTION = 300;

/** The tool `Skill`. */
export class SkillTool {
  readonly #desk: SkillDesk;

  constructor(desk: SkillDesk) {
    this.#desk = desk;
  }

  async run({ skill, args, search }: JsonObject, { session, signal }: ToolContext): Promise<ToolOutput> {
    const { roster, listings, kernel } = this.#desk;
    const name = nameOf(skill);
    if (name === undefined) return this.#search(typeof search === "string" ? search : "", session);
    const found = await roster.find(name, session);
    const { policy } = listings;
    if (found && found.name !== skill) {
      // Rules are about the name a skill is known by, so that is what the gates are asked about.
      const input = { skill: found.name, ...(args !== undefined && { args }) };
      return (await session.use({ name: "Skill", input }, { signal })).output;
    }
    if (!found || (!isForModel(found, policy) && !isForUser(found, policy))) return unknown(name);
    if (!isForModel(found, policy)) {
      return { content: `Only the user may use the skill ${found.name}, by typing /${found.name}.`, isError: true };
    }
    listings.used(found.name);
    const user = await this.#desk.user();
    const source = await readSource(kernel, found.part, found.name);
    const use = { session, args: typeof args === "string" ? args : "", signal };
    const details = { skill: found.name, file: found.part.file };
    if (forks(source)) return { content: await user.fork(source, use), details };
    const text = await skillText(source, use, user);
    return { content: text + this.#variants(name, session), details };
  }

  #variants(name: string, session: Session): string {
    const others = this.#desk.roster.variants(name, session).map((one) => one.name);
    return others.length === 0
      ? ""
      : `\n\nThere are skills of that name for parts of the project: ${others.join(", ")}.`;
  }

  async #search(text: string, session: Session): Promise<ToolOutput> {
    const { roster, listings } = this.#desk;
    const { policy } = listings;
    const words = text
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== "");
    if (words.length === 0) return { content: "Name a skill, or words to search for.", isError: true };
    const all = [...(await roster.names()).all, ...roster.nested(session)].filter((one) => isForModel(one, policy));
    const ranked = all
      .map((one) => ({ one, score: scoreOf(one, words) }))
      .filter(({ score }) => score > 0)
      .sort((a, b) => b.score - a.score);
    if (ranked.length === 0) return { content: `No skill fits ${JSON.stringify(text)}.` };
    const lines = ranked.slice(0, MOST_FOUND).map(({ one }) => lineOf(one, FOUND_DESCRIPTION, false));
    const more = ranked.length > MOST_FOUND ? `(${ranked.length - MOST_FOUND} more fit less well)\n` : "";
    return { content: lines.join("") + more };
  }
}

/** A name counts more than a description. */
function scoreOf({ name, part }: NamedPart, words: readonly string[]): number {
  const called = name.toLowerCase();
  const { description, whenToUse } = part.data;
  const said = `${String(description ?? "")} ${String(whenToUse ?? "")}`.toLowerCase();
  let score = 0;
  for (const word of words) score += (called.includes(word) ? 3 : 0) + (said.includes(word) ? 1 : 0);
  return score;
}

function nameOf(value: unknown): string | undefined {
  const name = typeof value === "string" ? value.trim().replace(/^\//, "") : "";
  return name === "" ? undefined : name;
}

function unknown(name: string): ToolOutput {
  const content = `There is no skill ${JSON.stringify(name)}. Skill with {"search": "words"} finds those there are.`;
  return { content, isError: true };
}
