import type { Session } from "../../../schemas/session.js";

/** The most texts that wait for one session. */
const MOST = 20;

interface Waiting {
  readonly texts: string[];
  readonly rewinds: number;
}

/** What hooks in the background have for a session's model, until the next moment it can be told. */
export class Inbox {
  readonly #waiting = new WeakMap<Session, Waiting>();

  add(session: Session, text: string): void {
    const texts = this.#textsOf(session);
    if (texts.length < MOST) texts.push(text);
    this.#waiting.set(session, { texts, rewinds: session.rewinds });
  }

  /** Told by being taken. */
  take(session: Session): readonly string[] {
    const texts = this.#textsOf(session);
    this.#waiting.delete(session);
    return texts;
  }

  /** What is about a part of the conversation that was taken back since is dropped. */
  #textsOf(session: Session): string[] {
    const waiting = this.#waiting.get(session);
    return waiting?.rewinds === session.rewinds ? waiting.texts : [];
  }
}

/** A hook's words as the model reads them. */
export function reminder(name: string, text: string): string {
  return `<system-reminder>\n${name} hook: ${text}\n</system-reminder>`;
}
