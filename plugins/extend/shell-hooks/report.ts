import type { HookEvent } from "../../../schemas/event.js";
import { isObject } from "../../../schemas/json.js";
import { whatOf } from "./hook.js";
import type { Outcome } from "./outcome.js";

/** Characters of a hook's output that its record keeps. */
const KEPT = 2_000;

/** Facts of a run that its outcome does not hold. */
export interface RunFacts {
  readonly id: string;
  readonly event: string;
  readonly name: string;
  readonly at: number;
  readonly ms: number;
}

/** A run of a hook as the event that everybody sees. */
export function recordOf(outcome: Outcome, facts: RunFacts): HookEvent {
  const { hook, raw, result } = outcome;
  const cut = (text: string): string => (text.length > KEPT ? `${text.slice(0, KEPT)}...` : text);
  return {
    type: "hook",
    ...facts,
    ms: Math.round(facts.ms * 10) / 10,
    handler: hook.handler.type,
    what: whatOf(hook.handler).slice(0, 300),
    from: hook.source.kind === "settings" ? hook.source.file : `${hook.source.label} (${hook.source.file})`,
    outcome: result,
    ...(raw.exitCode !== undefined && { exitCode: raw.exitCode }),
    ...(raw.stdout !== "" && { stdout: cut(raw.stdout) }),
    ...(raw.stderr !== "" && { stderr: cut(raw.stderr) }),
    effects: effectsOf(outcome),
  };
}

/** What a hook changed, a few words each. */
function effectsOf(outcome: Outcome): readonly string[] {
  const { goesOn, stopReason, block, permission, context, systemMessage, own, problem } = outcome;
  const effects: string[] = [];
  const add = (what: string, text: string | undefined): void => {
    const one = (text ?? "").replaceAll(/\s+/g, " ").trim();
    effects.push(one === "" ? what : `${what}: ${one.slice(0, 200)}`);
  };
  if (!goesOn) add("stopped the turn", stopReason);
  if (block !== undefined) add("blocked", block);
  if (permission) add(permission.behavior, permission.reason);
  if (isObject(own["decision"])) add(`answered ${String(own["decision"]["behavior"])}`, undefined);
  if (own["updatedInput"] !== undefined) add("changed the input", undefined);
  if (own["updatedToolOutput"] !== undefined) add("changed the output", undefined);
  if (context !== undefined) add("context", `${context.length} characters`);
  if (systemMessage !== undefined) add("message", systemMessage);
  if (problem !== undefined) add("failed", problem);
  return effects;
}
