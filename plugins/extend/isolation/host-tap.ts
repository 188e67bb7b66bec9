import type { Point, PluginContext, Tap } from "../../../core/types.js";
import type { PendingCall } from "../../../schemas/decision.js";
import type { Session } from "../../../schemas/session.js";
import { checkedAnswer } from "./answers.js";
import type { Caller } from "./caller.js";

type Value = Readonly<Record<string, unknown>>;

/** Listens at a hook point for a tap that stands behind a pipe: `key` names it. */
export function hostTap(point: Exclude<Point, "Event">, key: string, caller: Caller, deadline: number): Tap<never> {
  const told = new Set<string>();
  const tap = async (value: Value, ...rest: readonly unknown[]): Promise<unknown> => {
    const session = rest.at(-1) as Session;
    const signal = point === "UserPromptSubmit" ? (value["signal"] as AbortSignal | undefined) : undefined;
    const answer = await caller.call(key, [sent(point, value, told), ...rest.slice(0, -1)], {
      session,
      signal,
      deadline,
    });
    if (answer === undefined || answer === null) return undefined;
    const changes = checkedAnswer<Value>(point, answer);
    if (point === "Stop") return changes;
    return point === "PreToolUse" ? judged(value as unknown as PendingCall, changes) : { ...value, ...changes };
  };
  return tap as unknown as Tap<never>;
}

/** What cannot be sent, or is nobody's business, stays here. */
function sent(point: string, value: Value, told: Set<string>): Value {
  if (point === "UserPromptSubmit") {
    const { signal: _signal, ...rest } = value;
    return rest;
  }
  if (point !== "PreToolUse") return value;
  const { places: _places, tool, ...rest } = value as unknown as PendingCall;
  // A tool's words are long, and the same each time.
  if (told.has(tool.name)) return { ...rest, tool: tool.name };
  told.add(tool.name);
  return { ...rest, tool };
}

/** A gate names no other gate as the one that decided, and changes of a call nothing but its input. */
function judged(pending: PendingCall, changes: Value): PendingCall {
  const { call, ...rest } = changes as { readonly call?: { readonly input: Value } } & Value;
  const isOther = call !== undefined && JSON.stringify(call.input) !== JSON.stringify(pending.call.input);
  return { ...pending, ...rest, call: isOther ? { ...pending.call, input: call.input } : pending.call };
}

/** What decides the place and the deadline of a tap, as far as it is believed. */
export function tapOptions(options: Value): NonNullable<Parameters<PluginContext["tap"]>[2]> {
  const { before, stage, deadline } = options;
  return {
    ...(typeof before === "string" && { before }),
    ...(typeof stage === "number" && Number.isFinite(stage) && { stage }),
    ...(typeof deadline === "number" && deadline > 0 && { deadline }),
  };
}
