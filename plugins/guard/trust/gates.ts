import { isObject } from "../../../schemas/json.js";
import type { Acting, LostGate } from "../../../schemas/trusted.js";
import { hashOf } from "./hash-of.js";
import type { Answer, Gate } from "./ledger.js";

/** What parts that judge calls are called: hooks of settings, and those of files of hooks. */
const GATES: ReadonlySet<string> = new Set(["hooks.PreToolUse", "hook PreToolUse"]);

/** Whether a part judges calls. */
export function isGate({ what }: Acting): boolean {
  return GATES.has(what);
}

/** Those of some parts that judge calls and that somebody has agreed to. */
export function gatesOf(
  parts: readonly Acting[],
  hash: (part: Acting) => string,
  approved: ReadonlySet<string>,
): readonly Gate[] {
  const gates = parts.filter(isGate).map((part): Gate => ({ hash: hash(part), ...gateOf(part) }));
  return [...new Map(gates.map((gate) => [gate.hash, gate])).values()].filter((gate) => approved.has(gate.hash));
}

/**
 * What judged calls and is not there as it was, where something else is there instead. Of an answer that does not say
 * what judged calls, that is whatever is there and not agreed to.
 */
export function lostGates(root: string, { approved, gates }: Answer, present: readonly Acting[]): readonly LostGate[] {
  const there = new Map(present.map((part) => [hashOf(root, part), part]));
  if (!gates) return [...there].flatMap(([hash, part]) => (approved.has(hash) ? [] : [gateOf(part)]));
  return gates.flatMap(({ hash, ...gate }) => (there.has(hash) ? [] : [gate]));
}

function gateOf({ file, value }: Acting): LostGate {
  const matcher = isObject(value) ? value["matcher"] : undefined;
  return { file, ...(typeof matcher === "string" && { matcher }) };
}
