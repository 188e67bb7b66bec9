import type { UserMessage } from "./user-message.js";

/** Most messages that may wait. */
const MOST = 1000;

/** What the client said and no turn has taken yet. */
export class Inbox {
  #messages: UserMessage[] = [];

  get size(): number {
    return this.#messages.length;
  }

  /** False when too many wait already. */
  add(message: UserMessage): boolean {
    if (this.#messages.length >= MOST) return false;
    this.#messages.push(message);
    return true;
  }

  next(): UserMessage | undefined {
    return this.#messages.shift();
  }

  /** Ids of what waits, as far as it has one. */
  ids(): readonly string[] {
    return this.#messages.flatMap(({ id }) => id ?? []);
  }

  /** Takes everything back. */
  clear(): readonly string[] {
    const ids = this.ids();
    this.#messages = [];
    return ids;
  }

  /** Takes one message back. False when it is not there. */
  remove(id: string): boolean {
    const before = this.#messages.length;
    this.#messages = this.#messages.filter((message) => message.id !== id);
    return this.#messages.length < before;
  }
}
