import type { Session } from "../../../schemas/session.js";

/** The most texts that wait for one session. */
const MOST = 20;

/** What hooks in the background have for a session's model, until the next moment it can be told. */
export class Inbox {
  readonly #waiting = new WeakMap<Session, string[]>();

  add(session: Session, text: string): void {
    const waiting = this.#waiting.get(session) ?? [];
    if (waiting.length < MOST) waiting.push(text);
    this.#waiting.set(session, waiting);
  }

  /** Told by being taken. */
  take(session: Session): readonly string[] {
    const waiting = this.#waiting.get(session) ?? [];
    this.#waiting.delete(session);
    return waiting;
  }
}

/** A hook's words as the model reads them. */
export function reminder(name: string, text: string): string {
  return `<system-reminder>\n${name} hook: ${text}\n</system-reminder>`;
}
