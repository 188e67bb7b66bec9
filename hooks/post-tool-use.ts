import { AsyncSeriesWaterfallHook } from "tapable";
import type { ToolCall } from "../schemas/decision.js";
import type { Session } from "../schemas/session.js";
import type { ToolOutput } from "../schemas/tool.js";
import { rewriting } from "./rewriting.js";
import type { Wall } from "./wall.js";

/** A call has run, well or badly. */
export interface FinishedCall {
  readonly output: ToolOutput;
  readonly ms: number;
  /** Told to the model beside the result. */
  readonly context: readonly string[];
  /** Set to end the turn after this call. */
  readonly stop?: string;
}

/** What the model will read of a result. */
export type PostToolUse = AsyncSeriesWaterfallHook<[FinishedCall, ToolCall, Session]>;

export function postToolUse(wall: Wall): PostToolUse {
  const hook: PostToolUse = new AsyncSeriesWaterfallHook<[FinishedCall, ToolCall, Session]>(
    ["finished", "call", "session"],
    "PostToolUse",
  );
  hook.intercept(rewriting("PostToolUse", wall, 30_000));
  return hook;
}
