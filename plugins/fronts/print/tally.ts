import { UNATTENDED } from "../../../hooks/judge.js";
import type { ReplyEvent, ResultEvent, TurnEvent } from "../../../schemas/event.js";
import type { JsonObject } from "../../../schemas/json.js";
import type { Session } from "../../../schemas/session.js";

/** A call that was refused, as result lines list it. */
export interface Denial {
  readonly tool_name: string;
  readonly tool_use_id: string;
  readonly tool_input: JsonObject;
}

/** What a run has come to, kept as it goes: no more than the end will ask for. */
export class Tally {
  reply: ReplyEvent | undefined;
  /** Milliseconds in the model's hands. */
  apiMs = 0;
  firstMs: number | undefined;
  readonly denials: Denial[] = [];
  /** A call was refused because nobody could be asked. */
  unattended = false;
  /** A call was refused by whoever was asked. */
  declined = false;
  /** Why the session is not kept. */
  unsaved: string | undefined;
  /** True while tools run, false while the model answers. */
  inTools = false;

  /** Begins a new run; that the session is not kept stays true. */
  reset(): void {
    const { unsaved } = this;
    Object.assign(this, new Tally());
    this.unsaved = unsaved;
  }

  take(event: TurnEvent): void {
    if (event.type === "chunk") return;
    if (event.type === "request") this.inTools = false;
    else if (event.type === "reply") this.#reply(event);
    else if (event.type === "result") this.#result(event);
    else if (event.type === "notice" && event.plugin === "transcript" && isUnsaved(event.text))
      this.unsaved = event.text;
  }

  /** What was refused an agent was refused in this run. */
  takeOfAgent(event: TurnEvent, { messages }: Session): void {
    if (event.type !== "result") return;
    this.#result(
      event,
      messages.findLast(({ role }) => role === "assistant"),
    );
  }

  #reply(reply: ReplyEvent): void {
    this.reply = reply;
    this.apiMs += reply.ms;
    this.firstMs ??= reply.firstMs;
    this.inTools = true;
  }

  #result({ id, name, refused }: ResultEvent, message = this.reply?.message): void {
    if (!refused) return;
    if (refused.by === UNATTENDED) this.unattended = true;
    if (refused.by === "user") this.declined = true;
    const call = message?.content.find((block) => block.type === "tool_use" && block.id === id);
    const input = call?.type === "tool_use" ? call.input : {};
    this.denials.push({ tool_name: name, tool_use_id: id, tool_input: input });
  }
}

/** The transcript's notices are of two sorts: that nothing more is saved, and that something old could not be read. */
function isUnsaved(text: string): boolean {
  return text.includes("without being saved");
}

/** What ended a run from outside, where something did. */
export interface Cut {
  readonly by: "signal" | "reader" | "client" | "hook" | "schema";
  /** Exit code: that of a signal, or of a reader that left. */
  readonly code?: number;
  /** A hook's or a limit's reason. */
  readonly reason?: string;
  /** True when no result is to be written. */
  readonly silent?: boolean;
}
