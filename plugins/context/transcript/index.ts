import type { Setup } from "../../../core/types.js";
import { live } from "../../../core/live.js";
import { isKept } from "../../../schemas/event.js";
import type { Subcommand } from "../../../schemas/front.js";
import type { Transcripts } from "../../../schemas/kinds.js";
import type { Session } from "../../../schemas/session.js";
import { Desk, type Reading } from "./desk.js";
import type { Opener } from "./opening.js";
import type { Shelf } from "./shelf.js";
import { Writer } from "./writer.js";

/** Sessions on disk: written as they happen, found and read again when asked for. */
const setup: Setup = (ctx) => {
  const { home, env } = ctx.kernel;
  // A replay is the session it plays, id and all, and that one has its transcript.
  const isReplay = ctx.kernel.settings.get("record.replay") !== undefined;
  const desk = new Desk(home, env, ctx.settings["persist"] !== false && !isReplay);
  const writers = new Map<Session, Writer>();

  /** Said after everybody has seen the event at hand, so that all see both in the same order. */
  const say = (session: Session, level: "warning" | "error", text: string): void => {
    queueMicrotask(() => {
      session.emit({ type: "notice", at: ctx.kernel.clock.now(), level, plugin: "transcript", text });
    });
  };

  ctx.tap("Event", (event, session) => {
    if (event.type === "close") {
      writers.get(session)?.close();
      writers.delete(session);
    }
    if (!isKept(event)) return;
    if (event.type === "session") {
      const reading = desk.readings.get(event.source === "fork" ? (event.parent ?? "") : event.id);
      if (reading && event.source !== "startup") for (const text of losses(reading)) say(session, "warning", text);
      if (desk.persist) writers.set(session, new Writer(desk, event, session));
    }
    const trouble = writers.get(session)?.take(event, session);
    if (trouble !== undefined) say(session, "error", trouble);
  });

  const shelf = async (): Promise<Shelf> => new (await import("./shelf.js")).Shelf(desk);
  const transcripts: Transcripts & Opener = {
    find: async (session, cwd) => (await shelf()).find(session, cwd),
    latest: async (cwd, options) => (await shelf()).latest(cwd, options),
    list: async (cwd) => (await shelf()).list(cwd),
    append: async (transcript, events) => (await shelf()).append(transcript, events),
    opening: async (flags, options) =>
      (await import("./opening.js")).opening(await shelf(), ctx.kernel, flags, options),
  };
  ctx.add("service", { name: "transcripts", service: transcripts });
  const run: Subcommand["run"] = async (invocation) =>
    (await import("./sessions.js")).run(await shelf(), ctx.kernel.cwd, invocation);
  ctx.add("subcommand", live<Subcommand>({ name: "sessions", run }));
  ctx.onDispose(() => {
    for (const writer of writers.values()) writer.close();
    desk.releaseAll();
  });
};

/** What could not be read back, one sentence each. */
function losses({ path, damaged, unpaired, unsaved, missing }: Reading): string[] {
  const sentences: string[] = [];
  if (damaged > 0) {
    const lines = damaged === 1 ? "1 damaged line was" : `${damaged} damaged lines were`;
    sentences.push(`${lines} skipped in ${path}; what stood there is missing from this conversation.`);
  }
  if (unpaired > 0) {
    const calls = unpaired === 1 ? "1 call was" : `${unpaired} calls were`;
    sentences.push(`${calls} left out with the results, because the answer that asked for them is not in ${path}.`);
  }
  if (unsaved) {
    sentences.push(`Saving had failed in this session; what was said and done from then on is missing in ${path}.`);
  }
  if (missing !== undefined) {
    sentences.push(`The transcript of session ${missing} is gone; what was said before the fork is missing.`);
  }
  return sentences;
}

export default setup;
