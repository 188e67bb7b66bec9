import { AsyncSeriesWaterfallHook } from "tapable";
import type { ModelRequest } from "../schemas/provider.js";
import type { Session } from "../schemas/session.js";
import { rewriting } from "./rewriting.js";
import type { Wall } from "./wall.js";

/** A request is about to leave. Shapes this one request and keeps nothing. */
export type PreModel = AsyncSeriesWaterfallHook<[ModelRequest, Session]>;

export function preModel(wall: Wall): PreModel {
  const hook: PreModel = new AsyncSeriesWaterfallHook<[ModelRequest, Session]>(["request", "session"], "PreModel");
  hook.intercept(rewriting("PreModel", wall, 30_000));
  return hook;
}
