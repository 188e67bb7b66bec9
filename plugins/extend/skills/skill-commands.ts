import type { KernelView } from "../../../core/types.js";
import type { Command, CommandAnswer, CommandCall, CommandSource, CommandSpec } from "../../../schemas/command.js";
import type { Session } from "../../../schemas/session.js";
import { forks } from "../forks.js";
import { specOf, type NamedPart } from "../part-names.js";
import type { PromptUser } from "../use-prompt.js";
import type { Listings } from "./listings.js";
import { isForUser } from "./policy.js";
import type { Roster } from "./roster.js";

export interface SkillDesk {
  readonly kernel: KernelView;
  readonly roster: Roster;
  readonly listings: Listings;
  /** What using a skill needs, imported then. */
  user(): Promise<PromptUser>;
}

/** Skills as they are typed. */
export class SkillCommands implements CommandSource {
  readonly name = "skills";
  readonly order = 10;
  readonly #desk: SkillDesk;

  constructor(desk: SkillDesk) {
    this.#desk = desk;
  }

  async find(name: string, session: Session): Promise<Command | undefined> {
    const { roster, listings } = this.#desk;
    const found = await roster.find(name, session);
    if (!found || !isForUser(found, listings.policy)) return undefined;
    return {
      ...skillSpec(found),
      run: (call) => this.#run(found, call),
    };
  }

  async #run(found: NamedPart, call: CommandCall): Promise<CommandAnswer> {
    const { kernel, listings } = this.#desk;
    const [{ answerOf }, { again, dressed }] = await Promise.all([
      import("../command-answer.js"),
      import("./skill-text.js"),
    ]);
    listings.used(found.name);
    return answerOf(found, call, {
      kernel,
      user: await this.#desk.user(),
      dress(source, body) {
        const text = dressed(source, body);
        return again(source, text, call.session) ?? text;
      },
    });
  }

  async list(session?: Session): Promise<readonly CommandSpec[]> {
    const { roster, listings } = this.#desk;
    const { policy } = listings;
    const all = [...(await roster.names()).all, ...(session ? roster.nested(session) : [])];
    return all.filter((one) => isForUser(one, policy)).map(skillSpec);
  }
}

function skillSpec(named: NamedPart): CommandSpec {
  return { ...specOf(named), stacks: !forks(named.part) };
}
