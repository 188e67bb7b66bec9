import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SessionEvent, TurnEvent } from "../../../schemas/event.js";
import type { Session } from "../../../schemas/session.js";
import { Desk, type Reading } from "./desk.js";
import { eventsOf } from "./events.js";
import { Writer } from "./writer.js";

/** What the tests of this folder share. */
export const ROOT = "/work/project";

export function sessionEvent(id: string, more: Partial<SessionEvent> = {}): SessionEvent {
  const base = { version: "1", root: ROOT, cwd: ROOT, provider: "scripted", model: "m", system: ["Be brief."] };
  return { type: "session", at: 1, id, source: "startup", ...base, ...more };
}

export function prompt(text: string, id = "p"): TurnEvent {
  return { type: "prompt", at: 2, id, content: [{ type: "text", text }], origin: "user" };
}

export function notice(text: string): TurnEvent {
  return { type: "notice", at: 3, level: "info", text };
}

export function call(id: string, effect: "read" | "write"): TurnEvent {
  return { type: "call", at: 4, id, name: "T", input: {}, effect, decision: { behavior: "allow", reason: "" } };
}

/** A folder that is gone at the end of the block it is made in. */
export function temporary(): { readonly path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), "transcript-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** A writer that has been told of its session, as the kernel would. */
export function begun(desk: Desk, event: SessionEvent): { take(event: TurnEvent): string | undefined; close(): void } {
  const session = { id: event.id, name: event.name ?? "" } as unknown as Session;
  const writer = new Writer(desk, event);
  writer.take(event, session);
  return { take: (next) => writer.take(next, session), close: () => writer.close() };
}

export function deskIn(home: string, env: Readonly<Record<string, string>> = {}): Desk {
  return new Desk(home, env, true);
}

/** Everything in a transcript, and what reading it found. */
export async function readBack(home: string, path: string): Promise<{ events: TurnEvent[]; reading: Reading }> {
  const reading: Reading = { path, end: 0, damaged: 0, unpaired: 0, unsaved: false };
  const events: TurnEvent[] = [];
  for await (const event of eventsOf({ home, reading })) events.push(event);
  return { events, reading };
}
