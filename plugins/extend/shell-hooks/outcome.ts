import type { Behavior } from "../../../schemas/decision.js";
import type { JsonObject } from "../../../schemas/json.js";
import type { Hook } from "./hook.js";

/** What running a hook gave, before it is understood. */
export interface Raw {
  readonly exitCode?: number;
  readonly stdout: string;
  readonly stderr: string;
  /** It came to no end that counts: what happened, as one sentence. */
  readonly failure?: { readonly kind: "error" | "cancelled"; readonly sentence: string };
}

/** What a hook wants, in the words of the public hook protocol, taken apart. */
export interface Outcome {
  readonly hook: Hook;
  readonly result: "success" | "error" | "cancelled";
  readonly raw: Raw;
  /** False: everything stops, for `stopReason`. */
  readonly goesOn: boolean;
  readonly stopReason?: string;
  /** A sentence for the person. */
  readonly systemMessage?: string;
  /** Told to the model. */
  readonly context?: string;
  /** The action is refused, or what happened is objected to. */
  readonly block?: string;
  readonly permission?: { readonly behavior: Behavior; readonly reason: string };
  /** `hookSpecificOutput`, for the fields of single events. */
  readonly own: JsonObject;
  /** Top-level fields that single events read. */
  readonly suppressOriginalPrompt?: boolean;
  /** What went wrong without stopping anything. */
  readonly problem?: string;
}

/** `continue: false` and refusals of a hook, as one reason. */
export function refusalOf({ goesOn, block, stopReason }: Outcome): string | undefined {
  return block ?? (goesOn ? undefined : (stopReason ?? "A hook stopped it."));
}

/** The first reason to stop everything. */
export function stopOf(outcomes: readonly Outcome[]): string | undefined {
  const stopping = outcomes.find(({ goesOn }) => !goesOn);
  return stopping && (stopping.stopReason ?? stopping.block ?? "A hook stopped the turn.");
}
