import type { Behavior } from "../../../schemas/decision.js";
import { isObject, type JsonObject } from "../../../schemas/json.js";
import { OUTPUT_FIELDS, outputProblem } from "./check-output.js";
import { EVENTS } from "./events.js";
import { whatOf, type Hook } from "./hook.js";
import type { Outcome, Raw } from "./outcome.js";

/** One run of a hook. */
export interface Ran {
  readonly hook: Hook;
  readonly event: string;
  /** For people: `PreToolUse:Bash`. */
  readonly name: string;
  readonly raw: Raw;
  /** Keeps what is too long for the model, and gives what is told instead. */
  readonly clip: (text: string) => string;
}

/** Where a failure never counts as a refusal: the model would be kept going for ever. */
const NEVER_BLOCKED: ReadonlySet<string> = new Set(["Stop", "SubagentStop", "TaskCompleted", "TeammateIdle"]);

/** Understands what a hook gave by exit code and output. */
export function readOutcome(ran: Ran): Outcome {
  const { hook, event, raw } = ran;
  const base = { hook, raw, goesOn: true, own: {} } as const;
  if (raw.failure) {
    const { kind, sentence } = raw.failure;
    return { ...base, result: kind, problem: sentence, ...blockedBy(ran, sentence) };
  }
  const output = jsonOf(raw.stdout);
  const problem = output === "broken" ? "not valid JSON" : output && outputProblem(output, event);
  const fields = output === "broken" || problem !== undefined || !output ? undefined : fieldsOf(output, ran);
  const exit = raw.exitCode ?? 0;
  if (exit === 2) return refused(ran, fields);
  if (problem !== undefined) {
    const sentence = `${ran.name} hook error: its output does not count: ${problem}.`;
    return { ...base, result: "error", problem: sentence, ...blockedBy(ran, sentence) };
  }
  if (fields) {
    const failed = exit === 0 ? {} : blockedBy(ran, `Failed with status code ${exit}.`);
    return { ...base, result: exit === 0 ? "success" : "error", ...fields, ...failed };
  }
  if (exit !== 0) {
    const first = raw.stderr.trim().split("\n", 1)[0] || `exit code ${exit}`;
    const sentence = `${ran.name} hook error\nFailed with non-blocking status code: ${first}`;
    return { ...base, result: "error", problem: sentence, ...blockedBy(ran, raw.stderr.trim() || sentence) };
  }
  const plain = raw.stdout.trim();
  const told = plain !== "" && EVENTS.get(event)?.plain === true;
  return { ...base, result: "success", ...(told && { context: ran.clip(plain) }) };
}

/** Exit code 2. */
function refused(ran: Ran, fields: Partial<Outcome> | undefined): Outcome {
  const { hook, event, raw, name } = ran;
  const base = { hook, raw, goesOn: true, own: {}, ...fields };
  const isTrap = NEVER_BLOCKED.has(event) || (event === "UserPromptSubmit" && hook.source.kind === "plugin");
  if (isTrap && raw.stdout.trim() === "" && /No such file/.test(raw.stderr)) {
    return { ...base, result: "error", problem: `${name} hook error: ${raw.stderr.trim().slice(0, 500)}` };
  }
  const said = raw.stderr.trim() || fields?.block || "";
  const { permission: _, ...rest } = base;
  return { ...rest, result: "error", ...objection(ran, said === "" ? "No reason was given." : said) };
}

/** What a refusal does depends on the event. */
function objection({ hook, event, name, clip }: Ran, reason: string): Partial<Outcome> {
  switch (EVENTS.get(event)?.block) {
    case "blocks":
    case "model": {
      const isCall = EVENTS.get(event)?.call === true;
      const what = `${name} hook error: [${whatOf(hook.handler)}]: ${reason}`;
      return { block: clip(isCall ? what : reason) };
    }
    case "user":
      return { problem: `${name} hook error: ${reason}` };
    default:
      return {};
  }
}

/** A failure where the hook's author wants one to count as a refusal. */
function blockedBy(ran: Ran, reason: string): Partial<Outcome> {
  const { event, hook } = ran;
  if (hook.handler.onFailure !== "block" || hook.handler.async || NEVER_BLOCKED.has(event)) return {};
  if (event === "PermissionRequest") return { own: { decision: { behavior: "deny", message: reason } } };
  return objection(ran, reason);
}

/** The JSON object a hook wrote; undefined for plain text and for nothing. */
function jsonOf(stdout: string): JsonObject | "broken" | undefined {
  const text = stdout.trim();
  if (!text.startsWith("{") || !text.endsWith("}")) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : "broken";
  } catch {
    return isLog(text) ? undefined : "broken";
  }
}

/** Lines that are JSON each, and say nothing to us. */
function isLog(text: string): boolean {
  try {
    return text.split("\n").every((line) => {
      if (line.trim() === "") return true;
      const value: unknown = JSON.parse(line);
      return isObject(value) && !Object.keys(value).some((key) => OUTPUT_FIELDS.has(key));
    });
  } catch {
    return false;
  }
}

function fieldsOf(output: JsonObject, ran: Ran): Partial<Outcome> {
  const { event, clip } = ran;
  const own = isObject(output["hookSpecificOutput"]) ? output["hookSpecificOutput"] : {};
  const given = (key: string, from: JsonObject): string | undefined => {
    const value = from[key];
    return typeof value === "string" && value !== "" ? clip(value) : undefined;
  };
  const reason = given("reason", output);
  const context = given("additionalContext", own);
  const stopReason = given("stopReason", output);
  const systemMessage = given("systemMessage", output);
  const permission = event === "PreToolUse" ? permissionOf(output, own, ran) : undefined;
  const isBlock = event !== "PreToolUse" && (output["decision"] === "block" || output["decision"] === "deny");
  const suppress = output["suppressOriginalPrompt"] ?? own["suppressOriginalPrompt"];
  return {
    goesOn: output["continue"] !== false,
    own,
    ...(stopReason !== undefined && { stopReason }),
    ...(systemMessage !== undefined && { systemMessage }),
    ...(context !== undefined && { context }),
    ...(permission && { permission }),
    ...(isBlock && canBlock(event) && { block: reason ?? `The ${ran.name} hook refused it.` }),
    ...(suppress === true && { suppressOriginalPrompt: true }),
  };
}

function canBlock(event: string): boolean {
  const effect = EVENTS.get(event)?.block;
  return effect === "blocks" || effect === "model";
}

function permissionOf(output: JsonObject, own: JsonObject, { hook, name, clip }: Ran): Outcome["permission"] {
  const old = { approve: "allow", allow: "allow", block: "deny", deny: "deny" }[String(output["decision"])];
  const behavior = own["permissionDecision"] ?? old;
  if (typeof behavior !== "string") return undefined;
  const said = own["permissionDecisionReason"] ?? output["reason"];
  const reason = typeof said === "string" && said !== "" ? clip(said) : `The ${name} hook answered "${behavior}".`;
  const isAsk = behavior === "ask";
  return { behavior: behavior as Behavior, reason: isAsk ? `[${hook.source.label}] ${reason}` : reason };
}
