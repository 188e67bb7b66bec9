import type { JsonSchema } from "./json.js";
import type { Message, RedactedThinkingBlock, TextBlock, ThinkingBlock } from "./message.js";

/** Tokens of one answer. `input` leaves out what the cache served. */
export interface Usage {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

/** A tool as the model is told of it. */
export interface ToolDefinition {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: JsonSchema;
}

/** Everything a provider needs for one answer. `system` stands in cache order: stable parts first. */
export interface ModelRequest {
  readonly model: string;
  readonly system: readonly string[];
  readonly messages: readonly Message[];
  readonly tools: readonly ToolDefinition[];
  /** Longest answer, in tokens. */
  readonly maxTokens: number;
  /** Tokens the model may spend on thinking; absent: the provider's default. */
  readonly thinkingTokens?: number;
  /** Set by a PreModel tap that wants the run to end here instead of asking the model. */
  readonly halt?: { readonly reason: "budget" | "hook"; readonly message: string };
}

/** Why an answer ended, in Anthropic's words; a provider translates its own into them. */
export type StopReason = "end_turn" | "tool_use" | "max_tokens" | "stop_sequence" | "refusal" | "pause_turn";

/** Why a request failed, in words a person can act on. */
export interface ModelError {
  readonly kind:
    | "config"
    | "auth"
    | "billing"
    | "invalid_request"
    | "context_overflow"
    | "rate_limit"
    | "overloaded"
    | "server"
    | "connection"
    | "malformed"
    | "aborted"
    | "diverged";
  readonly message: string;
  /** HTTP status, where there was one. */
  readonly status?: number;
}

/**
 * What a provider yields while an answer arrives. Order: `start`, then per block `block`, its deltas, `block_end`
 * (one block open at a time, indexes 0, 1, 2, ...), then `stop`. After `retry` everything since `start` is void and
 * the answer begins anew. `error` ends the stream. A provider never throws.
 */
export type Chunk =
  | { readonly type: "start"; readonly id: string; readonly model: string; readonly usage?: Usage }
  | {
      readonly type: "block";
      readonly index: number;
      readonly block:
        | TextBlock
        | ThinkingBlock
        | RedactedThinkingBlock
        | { readonly type: "tool_use"; readonly id: string; readonly name: string };
    }
  | { readonly type: "text"; readonly index: number; readonly text: string }
  | { readonly type: "thinking"; readonly index: number; readonly thinking: string }
  | { readonly type: "signature"; readonly index: number; readonly signature: string }
  | { readonly type: "input"; readonly index: number; readonly json: string }
  | { readonly type: "block_end"; readonly index: number }
  | { readonly type: "stop"; readonly stopReason: StopReason; readonly usage: Usage }
  | {
      readonly type: "retry";
      readonly attempt: number;
      readonly maxAttempts: number;
      readonly delayMs: number;
      readonly error: ModelError;
    }
  | { readonly type: "error"; readonly error: ModelError };

/** What a provider's manifest says of it, so that choosing one needs none of its code. */
export interface ProviderSpec {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly description?: string;
  /** Asked for when nobody named a model. Absent: `models()` is asked. */
  readonly defaultModel?: string;
  /** Short names of its models, as files use them wherever they come from. */
  readonly modelNames?: Readonly<Record<string, string>>;
  /** How names of its models begin, where it cannot list them. */
  readonly modelPrefix?: string;
  /** True for the one that chooses among the others, asked when nobody named a provider. */
  readonly chooses?: boolean;
  /**
   * How `auto` finds it: lowest `order` first; chosen when one of `env` is set, or, with `probe`, when
   * `available()` says so. Absent: never chosen by itself.
   */
  readonly auto?: {
    readonly order: number;
    readonly env?: readonly string[];
    readonly probe?: boolean;
    /** What a person does to make it usable, for the error that names all ways. */
    readonly hint: string;
  };
}

/** Who answers in a session. */
export interface Choice {
  readonly provider: string;
  readonly model: string;
}

/** Speaks to one kind of model server. */
export interface Provider extends ProviderSpec {
  /** Streams one answer. Must not throw: a failed request is a chunk of type "error". */
  stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<Chunk>;
  /** Is a server there? Asked only by `auto`; answers within a second. */
  available?(): Promise<boolean>;
  models?(): Promise<readonly string[]>;
  /** A provider that only chooses another one. Throws a UserError when there is none to choose. */
  choose?(model: string | undefined): Promise<Choice>;
}
