import type { PluginContext } from "../../../core/types.js";
import type { Session } from "../../../schemas/session.js";

/** Follows what agents and those they work for do. */
export class Watch {
  readonly #ctx: PluginContext;
  readonly #agents = new Map<Session, ((tool: string) => void) | undefined>();
  readonly #waiting = new Map<Session, Set<() => void>>();
  readonly #onClose: (session: Session) => void;
  #listening = false;

  /** `onClose` is told of each session that ends. */
  constructor(ctx: PluginContext, onClose: (session: Session) => void) {
    this.#ctx = ctx;
    this.#onClose = onClose;
  }

  /** How many agents are at work. */
  get size(): number {
    return this.#agents.size;
  }

  /** Tells of each tool an agent uses. What comes back ends that. */
  add(session: Session, onTool: ((tool: string) => void) | undefined): () => void {
    this.#listen();
    this.#agents.set(session, onTool);
    return () => void this.#agents.delete(session);
  }

  /** Resolves when a session is at work, so that whoever sits before it is there; at once where nobody does anyway. */
  async somebodyThere(session: Session, signal: AbortSignal): Promise<void> {
    if (session.busy || session.headless || signal.aborted) return;
    const { kernel, plugin } = this.#ctx;
    const sentence = "An agent in the background waits to ask something; it does with the next thing you send.";
    session.emit({ type: "notice", at: kernel.clock.now(), level: "warning", plugin: plugin.name, text: sentence });
    const waiting = this.#waiting.get(session) ?? new Set<() => void>();
    this.#waiting.set(session, waiting);
    await new Promise<void>((resolve) => {
      waiting.add(resolve);
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
  }

  #listen(): void {
    if (this.#listening) return;
    this.#listening = true;
    this.#ctx.tap("Event", (event, session) => {
      if (event.type === "call") this.#agents.get(session)?.(event.name);
      else if (event.type === "request") this.#wake(session);
      else if (event.type === "close") {
        this.#wake(session);
        this.#onClose(session);
      }
    });
  }

  #wake(session: Session): void {
    for (const resolve of this.#waiting.get(session) ?? []) resolve();
    this.#waiting.delete(session);
  }
}
