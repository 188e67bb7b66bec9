import { AsyncSeriesWaterfallHook } from "tapable";
import type { Session } from "../schemas/session.js";
import { rewriting } from "./rewriting.js";
import type { Wall } from "./wall.js";

/** A guidelines or rules file was read for the model. Watched, never changed. */
export interface LoadedInstructions {
  /** Absolute path. */
  readonly file: string;
  readonly level: "user" | "project" | "local" | "managed";
  readonly reason: "session_start" | "nested_traversal" | "path_glob_match" | "include";
  /** The globs of a rules file that asked for it. */
  readonly globs?: readonly string[];
  /** The file that was worked on when this one was read. */
  readonly trigger?: string;
  /** The file that imports it. */
  readonly parent?: string;
}

/** Taps watch one after the other. */
export type InstructionsLoaded = AsyncSeriesWaterfallHook<[LoadedInstructions, Session]>;

export function instructionsLoaded(wall: Wall): InstructionsLoaded {
  const hook: InstructionsLoaded = new AsyncSeriesWaterfallHook<[LoadedInstructions, Session]>(
    ["loaded", "session"],
    "InstructionsLoaded",
  );
  hook.intercept(rewriting("InstructionsLoaded", wall, 600_000));
  return hook;
}
