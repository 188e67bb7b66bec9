import type { Session } from "../../../schemas/session.js";
import { costOf, type Prices } from "./prices.js";

/** What this run has spent: the answers of all its sessions since each was first asked about. */
export class Budget {
  readonly #prices: Prices;
  /** Sessions of this run and how many of their answers are in the sum, those of an earlier run included. */
  readonly #counted = new Map<Session, number>();
  readonly #unknown = new Set<string>();
  #sum = 0;

  constructor(prices: Prices) {
    this.#prices = prices;
  }

  /** US dollars. What a session said before the first call of this does not count. */
  spent(session: Session): number {
    if (!this.#counted.has(session)) this.#counted.set(session, session.replies.length);
    for (const [{ replies }, counted] of this.#counted) {
      for (const { provider, model, usage } of replies.slice(counted)) {
        const price = this.#prices.of(provider, model);
        if (price) this.#sum += costOf(usage, price);
      }
    }
    for (const known of this.#counted.keys()) this.#counted.set(known, known.replies.length);
    return this.#sum;
  }

  /** True once for each model whose price nobody knows. */
  isNewlyUnknown({ provider, model }: Session): boolean {
    if (this.#prices.of(provider, model) || this.#unknown.has(model)) return false;
    this.#unknown.add(model);
    return true;
  }
}
