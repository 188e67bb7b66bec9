import { AsyncSeriesWaterfallHook } from "tapable";
import type { Block } from "../schemas/message.js";
import type { Session } from "../schemas/session.js";
import { rewriting } from "./rewriting.js";
import type { Wall } from "./wall.js";

/** A prompt on its way in. A tap may rewrite it, add context, refuse it or answer it itself. */
export interface Prompt {
  readonly id: string;
  readonly content: readonly Block[];
  /** Aborted when the turn is stopped. */
  readonly signal?: AbortSignal;
  /** Told to the model after the prompt. */
  readonly context: readonly string[];
  /** Why it does not go to the model. Shown to the person; nothing is kept. */
  readonly blocked?: string;
  /** The prompt was answered without the model; this is the answer. */
  readonly handled?: string;
}

export type UserPromptSubmit = AsyncSeriesWaterfallHook<[Prompt, Session]>;

export function userPromptSubmit(wall: Wall): UserPromptSubmit {
  const hook: UserPromptSubmit = new AsyncSeriesWaterfallHook<[Prompt, Session]>(
    ["prompt", "session"],
    "UserPromptSubmit",
  );
  hook.intercept(rewriting("UserPromptSubmit", wall, 30_000));
  return hook;
}
