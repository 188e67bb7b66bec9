import type { JsonSchema } from "./json.js";
import type { ResultContent } from "./message.js";

/** What a call touches. Of one reply only calls that `read`, and those of tools that say so, run together. */
export type Effect = "read" | "write" | "exec" | "network" | "ui";

/** A tool as its manifest describes it: all that listing, asking and the model need. */
export interface ToolSpec {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: JsonSchema;
  /** The strongest effect a call can have. */
  readonly effect: Effect;
  /** True: its calls may run beside others of one reply although they do more than read, as agents do. */
  readonly together?: boolean;
  /** Other names under which models, rules and skills know it. */
  readonly aliases?: readonly string[];
}

/** Two audiences: `content` is for the model, `details` for screens, hooks and programs. */
export interface ToolOutput {
  readonly content: string | readonly ResultContent[];
  readonly isError?: boolean;
  /** The structured answer. */
  readonly details?: unknown;
}
