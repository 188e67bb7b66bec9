import type { JsonObject } from "./json.js";
import type { Session } from "./session.js";
import type { Effect, ToolOutput, ToolSpec } from "./tool-spec.js";

export type { Effect, ToolOutput, ToolSpec } from "./tool-spec.js";

/** What a running tool is handed. */
export interface ToolContext {
  readonly session: Session;
  readonly callId: string;
  /** Aborted when the turn is stopped: end children and return what there is. */
  readonly signal: AbortSignal;
  /** Where the paths of the input led when the call was judged: path as given, and real path. Open nothing else. */
  readonly places?: ReadonlyMap<string, string>;
  /** Tells screens how it goes; never reaches the model. */
  progress(text: string): void;
}

/** A tool. Input is valid against `inputSchema` when `run` is called; a throw becomes an error result. */
export interface Tool extends ToolSpec {
  /** The effect of this very input, where it can be milder than `effect`. */
  effectOf?(input: JsonObject): Effect;
  run(input: JsonObject, context: ToolContext): Promise<ToolOutput>;
}
