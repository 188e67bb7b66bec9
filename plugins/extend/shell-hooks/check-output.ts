import { isObject, type JsonObject } from "../../../schemas/json.js";

type Check = (value: unknown) => boolean;

const text: Check = (value) => typeof value === "string";
const flag: Check = (value) => typeof value === "boolean";
const object: Check = isObject;
const texts: Check = (value) => Array.isArray(value) && value.every(text);
const one =
  (...values: readonly string[]): Check =>
  (value) =>
    values.includes(String(value));

const TOP: Readonly<Record<string, Check>> = {
  continue: flag,
  stopReason: text,
  suppressOutput: flag,
  systemMessage: text,
  terminalSequence: text,
  decision: one("approve", "block", "allow", "deny"),
  reason: text,
  suppressOriginalPrompt: flag,
  hookSpecificOutput: object,
};

const OWN: Readonly<Record<string, Check>> = {
  additionalContext: text,
  permissionDecision: one("allow", "deny", "ask", "defer"),
  permissionDecisionReason: text,
  updatedInput: object,
  initialUserMessage: text,
  sessionTitle: text,
  watchPaths: texts,
  reloadSkills: flag,
  displayContent: text,
  classifierContext: text,
  retry: flag,
  suppressOriginalPrompt: flag,
  worktreePath: text,
};

/** Fields that are known at the top or in `hookSpecificOutput`. */
export const OUTPUT_FIELDS: ReadonlySet<string> = new Set(Object.keys(TOP));

/** What is wrong with a hook's JSON, as the end of a sentence; undefined when it fits. Unknown fields are left alone. */
export function outputProblem(output: JsonObject, event: string): string | undefined {
  for (const [key, fits] of Object.entries(TOP)) {
    if (output[key] !== undefined && !fits(output[key])) return wrong(key, output[key]);
  }
  const own = output["hookSpecificOutput"];
  if (!isObject(own)) return undefined;
  if (own["hookEventName"] !== event) {
    return `"hookSpecificOutput.hookEventName" must be "${event}", not ${JSON.stringify(own["hookEventName"]) ?? "missing"}`;
  }
  for (const [key, fits] of Object.entries(OWN)) {
    if (own[key] !== undefined && !fits(own[key])) return wrong(`hookSpecificOutput.${key}`, own[key]);
  }
  const decision = own["decision"];
  if (event === "PermissionRequest" && decision !== undefined) {
    const fine = isObject(decision) && (decision["behavior"] === "allow" || decision["behavior"] === "deny");
    if (!fine) return wrong("hookSpecificOutput.decision", decision);
  }
  return undefined;
}

function wrong(key: string, value: unknown): string {
  return `"${key}" cannot be ${JSON.stringify(value).slice(0, 80)}`;
}
