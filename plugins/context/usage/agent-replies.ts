import type { ReplyFacts, Session } from "../../../schemas/session.js";

/** What agents answered, for the sessions they work for. Of an agent that is gone only the figures are kept. */
export class AgentReplies {
  readonly #children = new WeakMap<Session, Map<string, readonly ReplyFacts[]>>();

  /** Counts a session to the one it works for, and to those that one works for. The list of its answers grows with it. */
  include(child: Session, parent: Session): void {
    for (let above: Session | undefined = parent; above; above = above.agent?.of) {
      let children = this.#children.get(above);
      if (!children) this.#children.set(above, (children = new Map()));
      children.set(child.id, child.replies);
    }
  }

  /** Answers of a session, and after them those of its agents. */
  repliesWith(session: Session): readonly ReplyFacts[] {
    return [session.replies, ...(this.#children.get(session)?.values() ?? [])].flat();
  }
}
