import { statSync } from "node:fs";
import { codeOf, whyUnwritten } from "../../../schemas/errors.js";
import type { SessionEvent, TurnEvent } from "../../../schemas/event.js";
import type { Session } from "../../../schemas/session.js";
import { AppendFile } from "./append-file.js";
import type { Desk } from "./desk.js";
import { fileOf, projectFolder, subagentFileOf } from "./place.js";

/** Version of the lines, in the first of them. */
const FORMAT = 1;

/** Characters that wait for a first prompt at most; what a session says before that is little. */
const MOST_WAITING = 1024 * 1024;

/** Where a fork branched off: its past is the parent's file up to `bytes`. */
export interface Branch {
  readonly bytes: number;
  readonly path: string;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "its file was removed",
  EEXIST: "a session with this id is there already",
};

/**
 * Writes one session down. What comes before the first prompt waits for it, so that a session nobody used leaves no
 * file. From then on an event is with the operating system when `take` returns, a call with effects on the disk.
 */
export class Writer {
  readonly #desk: Desk;
  readonly #file: AppendFile;
  readonly #isNew: boolean;
  /** A session under another one is covered by the lock of that one. */
  readonly #isLocked: boolean;
  #holdsLock = false;
  #waiting: string | undefined = "";
  #failed = false;
  /** Saving failed, and the file does not say so yet. */
  #owesGap = false;

  constructor(desk: Desk, event: SessionEvent, session?: Session) {
    // Agents of agents, and those that work on a copy of the sources, stand with the conversation they belong to.
    const main = session?.agent && mainOf(session.agent.of);
    const folder = projectFolder(desk.home, main?.root ?? event.root);
    const under = event.source === "startup" ? (main?.id ?? event.parent) : undefined;
    const own = under === undefined ? fileOf(folder, event.id) : subagentFileOf(folder, under, event.id);
    this.#desk = desk;
    this.#file = new AppendFile(desk.readings.get(event.id)?.path ?? own);
    this.#isNew = event.source !== "resume";
    this.#isLocked = under === undefined;
  }

  /** Answers with one sentence, once, when the session cannot be saved. Never throws. */
  take(event: TurnEvent, session: Session): string | undefined {
    if (this.#failed) return undefined;
    try {
      const line = this.#line(event, session);
      if (this.#waiting === undefined) this.#file.write(line);
      else if (begins(event) || (!this.#isNew && event.type === "prompt")) this.#begin(line);
      else if (this.#waiting.length < MOST_WAITING) this.#waiting += line;
      if (event.type === "call" && event.effect !== "read") this.#file.sync();
      if (event.type === "end") this.#file.close();
      return undefined;
    } catch (error) {
      this.#failed = true;
      this.#owesGap = this.#waiting === undefined && codeOf(error) !== "ENOENT";
      this.#tellGap();
      // The file stays ours as long as there is something left to write to it.
      if (!this.#owesGap) this.close();
      return `This session goes on without being saved to ${this.#file.path}: ${whyUnwritten(error, REASONS)}.`;
    }
  }

  close(): void {
    this.#tellGap();
    try {
      this.#file.close();
    } catch {
      // What was written is with the operating system; closing adds nothing.
    }
    this.#owesGap = false;
    if (this.#isLocked) this.#desk.release(this.#file.path, this.#holdsLock);
    this.#holdsLock = false;
  }

  /** Whoever takes the session up must not believe that the file holds all of it. */
  #tellGap(): void {
    if (!this.#owesGap) return;
    try {
      this.#file.writeInstead(`${JSON.stringify({ type: "gap" })}\n`);
      this.#owesGap = false;
    } catch {
      // The disk is still full; the end of the session tries again.
    }
  }

  #begin(line: string): void {
    if (this.#isLocked) this.#desk.claimToWrite(this.#file.path);
    this.#holdsLock = this.#isLocked;
    const cut = this.#isNew ? this.#file.create() : this.#file.open();
    this.#file.write(`${cut === true ? "\n" : ""}${this.#waiting}${line}`);
    this.#waiting = undefined;
  }

  #line(event: TurnEvent, { name }: Session): string {
    const kept = this.#kept(event, name);
    return `${JSON.stringify(kept)}\n`;
  }

  /** The event as it is kept: without what is only for screens, with what finding the session again needs. */
  #kept(event: TurnEvent, name: string | undefined): object {
    if (event.type === "result") return { ...event, details: undefined };
    // The end is the last line of a session at rest: there a list finds the name without reading the file.
    if (event.type === "end") return name ? { ...event, name } : event;
    if (event.type !== "session") return event;
    return { ...event, format: FORMAT, from: event.source === "fork" ? this.#branch(event) : undefined };
  }

  #branch({ parent, root }: SessionEvent): Branch | undefined {
    if (parent === undefined) return undefined;
    const read = this.#desk.readings.get(parent);
    if (read) return { path: read.path, bytes: read.end };
    const path = fileOf(projectFolder(this.#desk.home, root), parent);
    const bytes = statSync(path, { throwIfNoEntry: false })?.size;
    return bytes === undefined ? undefined : { path, bytes };
  }
}

function mainOf(session: Session): Session {
  return session.agent ? mainOf(session.agent.of) : session;
}

/** True for what must not be lost: from here on the session is worth a file. */
function begins(event: TurnEvent): boolean {
  if (event.type === "prompt") return event.origin === "user";
  return event.type === "reply" || event.type === "call" || event.type === "rewind";
}
