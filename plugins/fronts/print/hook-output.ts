import type { Behavior, PermissionUpdate } from "../../../schemas/decision.js";
import { isObject, type JsonObject } from "../../../schemas/json.js";

/** Longest text a hook may add, in characters. */
const MOST = 10_000;

/** What a hook answered, in the words of the public hook protocol, taken apart. */
export interface HookOutput {
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
  readonly updatedInput?: JsonObject;
  /** Stands in the place of a tool's output. */
  readonly updatedOutput?: string;
  /** The answer to a question, for `PermissionRequest`. */
  readonly answer?: JsonObject;
}

const BEHAVIORS = new Set(["allow", "deny", "ask", "defer"]);

/** Reads what a hook callback answered. Fields of the wrong type count as absent. */
export function readHookOutput(output: JsonObject): HookOutput {
  if (output["async"] === true) return { goesOn: true };
  const own = isObject(output["hookSpecificOutput"]) ? output["hookSpecificOutput"] : {};
  const reason = text(output["reason"]);
  const permission = permissionOf(output, own);
  const isBlock = output["decision"] === "block";
  return {
    goesOn: output["continue"] !== false,
    ...given("stopReason", text(output["stopReason"])),
    ...given("systemMessage", text(output["systemMessage"])),
    ...given("context", text(own["additionalContext"])),
    ...(isBlock && { block: reason ?? "A hook refused it." }),
    ...(permission && { permission }),
    ...given("updatedInput", isObject(own["updatedInput"]) ? own["updatedInput"] : undefined),
    ...given("updatedOutput", typeof own["updatedToolOutput"] === "string" ? own["updatedToolOutput"] : undefined),
    ...given("answer", isObject(own["decision"]) ? own["decision"] : undefined),
  };
}

function permissionOf(output: JsonObject, own: JsonObject): HookOutput["permission"] {
  const asked = own["permissionDecision"] ?? { approve: "allow", block: "deny" }[String(output["decision"])];
  if (typeof asked !== "string" || !BEHAVIORS.has(asked)) return undefined;
  const reason = text(own["permissionDecisionReason"]) ?? text(output["reason"]);
  return { behavior: asked as Behavior, reason: reason ?? `A hook of the client answered "${asked}".` };
}

/** The updates an answer carries, as far as they are a list of objects with a type. */
export function updatesOf(value: unknown): readonly PermissionUpdate[] {
  if (!Array.isArray(value)) return [];
  return value.filter((update) => isObject(update) && typeof update["type"] === "string") as PermissionUpdate[];
}

function text(value: unknown): string | undefined {
  if (typeof value !== "string" || value === "") return undefined;
  return value.length <= MOST ? value : `${value.slice(0, MOST)}\n[cut after ${MOST} of ${value.length} characters]`;
}

function given<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]: V });
}
