import type { CommandEnvironment } from "../../../schemas/kinds.js";
import type { Session } from "../../../schemas/session.js";

/** Never taken from others: what says where a command belongs, and what changes how a shell starts. */
const KEPT = /^(?:NACRE|CLAUDECODE|NACRE_.*|BASH_ENV|ENV|SHELLOPTS|BASHOPTS|BASH_FUNC_.*)$/;

/** Variables that others have given to a session's commands. */
export class CommandEnvironments implements CommandEnvironment {
  readonly #given = new WeakMap<Session, Map<string, Readonly<Record<string, string>>>>();

  set(session: Session, name: string, variables: Readonly<Record<string, string>>): void {
    const given = this.#given.get(session) ?? new Map<string, Readonly<Record<string, string>>>();
    this.#given.set(session, given);
    given.set(name, Object.fromEntries(Object.entries(variables).filter(([key]) => !KEPT.test(key))));
  }

  /** Those of a session, and of the sessions it works for. */
  of(session: Session): Readonly<Record<string, string>> {
    const outer = session.agent ? this.of(session.agent.of) : {};
    return Object.assign({}, outer, ...(this.#given.get(session)?.values() ?? [])) as Record<string, string>;
  }
}
