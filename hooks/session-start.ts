import { AsyncSeriesWaterfallHook } from "tapable";
import type { Session } from "../schemas/session.js";
import { rewriting } from "./rewriting.js";
import type { Wall } from "./wall.js";

/** A session opens. Fires once for each start, resume and fork. */
export interface Start {
  readonly source: "startup" | "resume" | "fork";
  /** Told to the model before the first prompt, as context. */
  readonly context: readonly string[];
}

/** Each tap may add to the context that the one before it left. */
export type SessionStart = AsyncSeriesWaterfallHook<[Start, Session]>;

export function sessionStart(wall: Wall): SessionStart {
  const hook: SessionStart = new AsyncSeriesWaterfallHook<[Start, Session]>(["start", "session"], "SessionStart");
  hook.intercept(rewriting("SessionStart", wall, 30_000));
  return hook;
}
