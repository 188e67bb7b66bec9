import type { Decision } from "./decision.js";
import type { JsonObject } from "./json.js";
import type { Block, Message, ResultContent } from "./message.js";
import type { Chunk, ModelError, StopReason, Usage } from "./provider.js";
import type { Effect } from "./tool-spec.js";

/** How a run of `send` ended. */
export type EndReason =
  | "completed"
  | "max_turns"
  | "checkpoint"
  | "budget"
  | "aborted"
  | "model_error"
  | "deferred"
  | "hook_stopped"
  | "prompt_blocked";

/** The first event of a conversation, and again each time it is taken up. `at` is milliseconds since 1970, for people: nothing is ordered by it. */
export interface SessionEvent {
  readonly type: "session";
  readonly at: number;
  readonly id: string;
  readonly source: "startup" | "resume" | "fork";
  readonly version: string;
  readonly root: string;
  readonly cwd: string;
  readonly provider: string;
  readonly model: string;
  /** The system prompt as sent; a resumed session sends the same bytes. */
  readonly system: readonly string[];
  /** The session this one was forked from or runs under. */
  readonly parent?: string;
  readonly name?: string;
  /** True when no person watched. */
  readonly headless?: boolean;
}

/** Something a person (or a hook in their place) said. On disk before the request leaves. */
export interface PromptEvent {
  readonly type: "prompt";
  readonly at: number;
  readonly id: string;
  readonly content: readonly Block[];
  readonly origin: "user" | "hook" | "checkpoint";
}

/** A model is about to be asked. */
export interface RequestEvent {
  readonly type: "request";
  /** Model calls so far in this run, this one included. */
  readonly turn: number;
  readonly provider: string;
  readonly model: string;
}

/** One piece of an answer as it arrives. Not kept: `reply` holds the whole. */
export interface ChunkEvent {
  readonly type: "chunk";
  readonly chunk: Chunk;
}

/** A finished answer. */
export interface ReplyEvent {
  readonly type: "reply";
  readonly at: number;
  readonly id: string;
  readonly provider: string;
  readonly model: string;
  readonly message: Message;
  readonly stopReason: StopReason;
  readonly usage: Usage;
  readonly ms: number;
  /** Milliseconds to the first piece of content. */
  readonly firstMs?: number;
  /** Calls whose input was not a valid object, by id, and why. They are answered, never run. */
  readonly invalid?: Readonly<Record<string, string>>;
}

/** A call that passed the gates and runs next. On disk before it runs; synced first unless it only reads. */
export interface CallEvent {
  readonly type: "call";
  readonly at: number;
  readonly id: string;
  readonly name: string;
  readonly input: JsonObject;
  readonly effect: Effect;
  readonly decision: Decision;
  /** It was not asked for by a reply of the model, and the model does not read its result. */
  readonly apart?: boolean;
}

/** What a tool tells while it runs. `id` is that of its call. */
export interface ProgressEvent {
  readonly type: "progress";
  readonly id: string;
  readonly text: string;
}

/** What the model will read of a call, also when it was refused or interrupted: exactly one for each call. */
export interface ResultEvent {
  readonly type: "result";
  readonly at: number;
  readonly id: string;
  readonly name: string;
  readonly content: string | readonly ResultContent[];
  readonly isError: boolean;
  /** For screens and programs. Not kept. */
  readonly details?: unknown;
  readonly ms: number;
  /** Why it did not run, where it did not. */
  readonly refused?: Decision;
  /** Words a hook added for the model. */
  readonly context?: readonly string[];
  /** It was not asked for by a reply of the model, and the model does not read it. */
  readonly apart?: boolean;
}

/** The soft limit was reached; the run goes on unless told to stop here. */
export interface CheckpointEvent {
  readonly type: "checkpoint";
  readonly at: number;
  readonly turn: number;
  readonly stopped: boolean;
}

/** Something about the session changed for the turns to come. */
export interface ChangeEvent {
  readonly type: "change";
  readonly at: number;
  readonly cwd?: string;
  readonly provider?: string;
  readonly model?: string;
  readonly mode?: string;
  readonly name?: string;
}

/** The conversation was taken back: it goes on as if the prompt `to` and all that followed had not been said. */
export interface RewindEvent {
  readonly type: "rewind";
  readonly at: number;
  readonly to: string;
}

/** A sentence for the person. */
export interface NoticeEvent {
  readonly type: "notice";
  readonly at: number;
  readonly level: "info" | "warning" | "error";
  readonly text: string;
  readonly plugin?: string;
  /** What it is about, for programs: `sandbox.escape_attempt`. */
  readonly code?: string;
}

/** A hook written in a file begins to run. */
export interface HookStartedEvent {
  readonly type: "hook_started";
  readonly id: string;
  /** The hook event, such as `PreToolUse`. */
  readonly event: string;
  /** For people: `PreToolUse:Bash`. */
  readonly name: string;
}

/** A hook written in a file has run. Texts are cut, so that a line stays small. */
export interface HookEvent extends Omit<HookStartedEvent, "type"> {
  readonly type: "hook";
  readonly at: number;
  /** How it is run: `command`, `http`, `mcp_tool`, `prompt`, `agent`, `worker`, `rule`. */
  readonly handler: string;
  /** The command, address or name. */
  readonly what: string;
  /** Where it is written. */
  readonly from: string;
  readonly ms: number;
  readonly outcome: "success" | "error" | "cancelled";
  readonly exitCode?: number;
  readonly stdout?: string;
  readonly stderr?: string;
  /** What came of it, a few words each: `denied: no pushing`, `context: 120 characters`. */
  readonly effects: readonly string[];
}

/** A run is over, and why. `turns` counts its requests, `ms` is how long it took. */
export interface EndEvent {
  readonly type: "end";
  readonly at: number;
  readonly reason: EndReason;
  readonly turns: number;
  readonly ms: number;
  readonly error?: ModelError;
  /** The sentence that goes with a reason other than "completed". */
  readonly message?: string;
}

/** Something is missing here: lines of a transcript cannot be read, or from here on nothing could be saved. Never emitted. */
export interface GapEvent {
  readonly type: "gap";
  /** How many lines there are that cannot be read. */
  readonly lines?: number;
}

/** The session was closed: let go of what belongs to it. */
export interface CloseEvent {
  readonly type: "close";
}

/** Everything that happens in a session, each once, in order. Screens, transcripts and programs read the same stream. */
export type TurnEvent =
  | SessionEvent
  | PromptEvent
  | RequestEvent
  | ChunkEvent
  | ReplyEvent
  | CallEvent
  | ProgressEvent
  | ResultEvent
  | CheckpointEvent
  | ChangeEvent
  | RewindEvent
  | NoticeEvent
  | HookStartedEvent
  | HookEvent
  | EndEvent
  | GapEvent
  | CloseEvent;

const PASSING: ReadonlySet<TurnEvent["type"]> = new Set([
  "request",
  "chunk",
  "progress",
  "hook_started",
  "gap",
  "close",
]);

/** True for events that the state of a session is made of; the others only pass by. */
export function isKept(event: TurnEvent): boolean {
  return !PASSING.has(event.type);
}
