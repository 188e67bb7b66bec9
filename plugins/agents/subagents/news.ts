import type { Session } from "../../../schemas/session.js";
import { listing, wasTold } from "./listing.js";
import type { Roster } from "./roster.js";

/** The tool's own words speak of these. */
const NAMED: ReadonlySet<string> = new Set(["general-purpose", "Explore", "Plan"]);

/** `@agent-name` and `@"name (agent)"` in a prompt. */
const MENTION = /(?:^|\s)@(?:agent-([\w:.-]*\w)|"([^"\n]+) \(agent\)")/g;

/** Holds until the conversation goes back. */
interface Told {
  readonly words: string;
  readonly rewinds: number;
}

/** Tells models which agents there are. */
export class News {
  readonly #roster: Roster;
  readonly #told = new WeakMap<Session, Told>();

  constructor(roster: Roster) {
    this.#roster = roster;
  }

  /** Words on agents that the session has not been told of, or of whom there are others now. */
  async of(session: Session): Promise<readonly string[]> {
    if (!session.offers("Agent")) return [];
    const others = (await this.#roster.all()).filter(({ name }) => !NAMED.has(name));
    const words = listing(others.filter(({ name }) => this.#roster.maySpawn(session, name)));
    const { rewinds } = session;
    const told = this.#told.get(session);
    const before = told?.rewinds === rewinds ? told.words : undefined;
    if (words === before || (words === undefined && !before)) return [];
    this.#told.set(session, { words: words ?? "", rewinds });
    if (words === undefined) return ["There are no other agents any more."];
    return before === undefined && wasTold(session, words) ? [] : [words];
  }

  /** Words on agents that the person calls by name. */
  async called(text: string, session: Session): Promise<readonly string[]> {
    const names = [...text.matchAll(MENTION)].map(([, one, other]) => (one ?? other)!);
    if (names.length === 0 || !session.offers("Agent")) return [];
    const types = await Promise.all(names.map((name) => this.#roster.named(name).catch(() => undefined)));
    const known = [...new Set(types.flatMap((type) => type?.name ?? []))];
    return known.map(
      (name) => `The user wants the agent ${name} for this: call the tool Agent with that subagent_type.`,
    );
  }
}
