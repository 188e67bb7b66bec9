import type { PluginContext } from "../../../core/types.js";
import type { ModelRequest } from "../../../schemas/provider.js";
import type { Session } from "../../../schemas/session.js";
import type { AgentType } from "./agent-type.js";

/** Tokens to think with, by the words agent files use. */
const EFFORT: Readonly<Record<string, number>> = { low: 2048, medium: 8192, high: 16_384, xhigh: 32_768, max: 32_768 };

/** Shapes each request of an agent by what its file says: longest answer, effort, money. */
export class Limits {
  readonly #ctx: PluginContext;
  readonly #types = new WeakMap<Session, AgentType>();
  #watching = false;

  constructor(ctx: PluginContext) {
    this.#ctx = ctx;
  }

  hold(session: Session, type: AgentType): void {
    if (type.maxTokens === undefined && type.effort === undefined && type.budget === undefined) return;
    this.#types.set(session, type);
    if (this.#watching) return;
    this.#watching = true;
    this.#ctx.tap("PreModel", (request, one) => this.#shape(request, one));
  }

  async #shape(request: ModelRequest, session: Session): Promise<ModelRequest | undefined> {
    const type = this.#types.get(session);
    if (!type) return undefined;
    const { maxTokens, effort, budget } = type;
    const thinkingTokens = effort === undefined ? undefined : EFFORT[effort.toLowerCase()];
    const shaped = {
      ...request,
      ...(maxTokens !== undefined && { maxTokens: Math.min(request.maxTokens, maxTokens) }),
      ...(thinkingTokens !== undefined && {
        thinkingTokens: Math.min(thinkingTokens, request.thinkingTokens ?? Infinity),
      }),
    };
    if (budget === undefined) return shaped;
    const spent = (await this.#ctx.kernel.service("usage"))?.report(session).total.cost ?? 0;
    if (spent < budget) return shaped;
    const message = `Stopped: $${spent.toFixed(4)} of the agent's budget of $${budget} are spent.`;
    return { ...shaped, halt: { reason: "budget", message } };
  }
}
