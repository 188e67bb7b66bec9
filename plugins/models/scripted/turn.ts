import type { ModelError, StopReason } from "../../../schemas/provider.js";

/** What a script says about a request: plain text must be contained, `/regex/flags` must match. */
export interface Condition {
  /** The last prompt. */
  readonly prompt?: string;
  /** The tool results of the last message; of a list, each must be found. */
  readonly result?: string | readonly string[];
  /** Whether one of those results is an error. */
  readonly error?: boolean;
  readonly system?: string;
  readonly model?: string;
  /** Names that must be among the tools offered; with `!` before it, a name that must not. */
  readonly tools?: readonly string[];
}

export interface ScriptedCall {
  readonly name: string;
  readonly input?: Readonly<Record<string, unknown>>;
  /** The exact input text to stream instead of `input`; it may be no JSON at all. */
  readonly raw?: string;
  readonly id?: string;
}

export interface Fault {
  readonly kind: FaultKind;
  /** Tries that fail before the turn is played; absent: it fails for good. */
  readonly times?: number;
  readonly message?: string;
  /** Milliseconds: the wait before the next try; for `idle`, how long the silence lasts. */
  readonly delay?: number;
}

/** One answer of the model, as a script writes it. Times are milliseconds. */
export interface Turn {
  readonly text?: string | readonly string[];
  readonly thinking?: string | readonly string[];
  readonly call?: ScriptedCall;
  readonly calls?: readonly ScriptedCall[];
  /** Wait before the answer begins. */
  readonly delay?: number;
  /** Wait between two pieces; a text that is not a list is then streamed word by word. */
  readonly pace?: number;
  readonly usage?: {
    readonly input?: number;
    readonly output?: number;
    readonly cache_read?: number;
    readonly cache_write?: number;
  };
  readonly stop?: StopReason;
  readonly fault?: FaultKind | Fault;
  readonly expect?: string | Condition;
  /** Begins a branch: this turn and those after it answer the prompts that match. */
  readonly when?: string | Pick<Condition, "prompt" | "system" | "model">;
  /** Plays the turn so often; `true`: for ever. */
  readonly repeat?: number | true;
}

/** Each fault as the error it becomes, and whether a real provider would try again. */
export const FAULTS: Readonly<Record<FaultKind, ModelError & { readonly retried: boolean }>> = {
  overloaded: { kind: "overloaded", status: 529, retried: true, message: "the model is overloaded" },
  rate_limit: { kind: "rate_limit", status: 429, retried: true, message: "too many requests" },
  error: { kind: "server", status: 500, retried: true, message: "the model server failed" },
  connection: { kind: "connection", retried: true, message: "the connection was refused" },
  cut: { kind: "connection", retried: true, message: "the connection was cut in the middle of the answer" },
  idle: { kind: "connection", retried: true, message: "the model fell silent in the middle of the answer" },
  malformed: { kind: "malformed", retried: true, message: "the answer could not be read" },
  auth: { kind: "auth", status: 401, retried: false, message: "the key was not accepted" },
  billing: { kind: "billing", status: 402, retried: false, message: "out of credit" },
  invalid_request: {
    kind: "invalid_request",
    status: 400,
    retried: false,
    message: "the request was refused",
  },
  context_overflow: {
    kind: "context_overflow",
    status: 400,
    retried: false,
    message: "the prompt is too long",
  },
};

export type FaultKind =
  | "overloaded"
  | "rate_limit"
  | "error"
  | "connection"
  | "cut"
  | "idle"
  | "malformed"
  | "auth"
  | "billing"
  | "invalid_request"
  | "context_overflow";
