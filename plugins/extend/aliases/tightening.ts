import type { PluginContext } from "../../../core/types.js";
import type { PendingCall } from "../../../schemas/decision.js";
import type { Session } from "../../../schemas/session.js";

interface Held {
  readonly alias: string;
  readonly permission: "ask" | "deny";
}

/** What running aliases demand of each call: stricter than rules and modes, never milder. */
export class Tightening {
  readonly #held = new WeakMap<Session, Held[]>();
  readonly #ctx: Pick<PluginContext, "tap">;
  #isTapped = false;

  constructor(ctx: Pick<PluginContext, "tap">) {
    this.#ctx = ctx;
  }

  /** Holds for every call of the session until what comes back is called. */
  hold(session: Session, alias: string, permission: Held["permission"]): () => void {
    // A tap counts as a gate, so it is put in by the first alias that wants one.
    if (!this.#isTapped) this.#ctx.tap("PreToolUse", async (pending, one) => this.#judge(pending, one));
    this.#isTapped = true;
    const all = this.#held.get(session) ?? [];
    const held = { alias, permission };
    all.push(held);
    this.#held.set(session, all);
    return () => {
      all.splice(all.indexOf(held), 1);
      if (all.length === 0) this.#held.delete(session);
    };
  }

  #judge(pending: PendingCall, session: Session): PendingCall | undefined {
    const all = this.#held.get(session);
    if (!all) return undefined;
    const { alias, permission } = all.find((one) => one.permission === "deny") ?? all[0]!;
    const words = permission === "ask" ? "asks about each of its calls" : "refuses all of its calls";
    return {
      ...pending,
      decision: { behavior: permission, reason: `The alias "${alias}" ${words}.`, rule: `permission: ${permission}` },
    };
  }
}
