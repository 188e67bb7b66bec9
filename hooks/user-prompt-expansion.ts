import { AsyncSeriesWaterfallHook } from "tapable";
import type { Session } from "../schemas/session.js";
import { rewriting } from "./rewriting.js";
import type { Wall } from "./wall.js";

/** A typed `/name arguments` is about to become a prompt. A tap may add context or refuse it. */
export interface Expansion {
  readonly command: string;
  readonly args: string;
  /** Where the command comes from: "plugin", "user", "project", "built in". */
  readonly source: string;
  /** What was typed. */
  readonly prompt: string;
  readonly context: readonly string[];
  /** Why it is not expanded. Shown to the person. */
  readonly blocked?: string;
}

/** Each tap sees what the one before it made of the expansion. */
export type UserPromptExpansion = AsyncSeriesWaterfallHook<[Expansion, Session]>;

export function userPromptExpansion(wall: Wall): UserPromptExpansion {
  const hook: UserPromptExpansion = new AsyncSeriesWaterfallHook<[Expansion, Session]>(
    ["expansion", "session"],
    "UserPromptExpansion",
  );
  hook.intercept(rewriting("UserPromptExpansion", wall, 600_000));
  return hook;
}
