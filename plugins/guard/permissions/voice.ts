import type { PluginContext } from "../../../core/types.js";
import type { Session } from "../../../schemas/session.js";

/** Tells the person, each thing once a session. */
export class Voice {
  readonly #ctx: Pick<PluginContext, "plugin" | "kernel">;
  readonly #said = new WeakMap<Session, Set<string>>();

  constructor(ctx: Pick<PluginContext, "plugin" | "kernel">) {
    this.#ctx = ctx;
  }

  say(session: Session, text: string): void {
    let said = this.#said.get(session);
    if (!said) this.#said.set(session, (said = new Set()));
    if (said.has(text)) return;
    said.add(text);
    const { plugin, kernel } = this.#ctx;
    session.emit({ type: "notice", at: kernel.clock.now(), level: "warning", text, plugin: plugin.name });
  }
}
