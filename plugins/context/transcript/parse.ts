import type { SessionEvent, TurnEvent } from "../../../schemas/event.js";
import { isObject, type JsonObject } from "../../../schemas/json.js";

/** The session line as it stands in a file. */
export type SessionLine = SessionEvent & {
  readonly format?: number;
  readonly from?: { readonly path: string; readonly bytes: number };
};

/** One line as an event; undefined when it is broken. A type that is not known is taken as it is. */
export function parseEvent(text: string): TurnEvent | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(value) || typeof value["type"] !== "string") return undefined;
  const check = Object.hasOwn(CHECKS, value["type"]) ? CHECKS[value["type"]] : undefined;
  return check === undefined || check(value) ? (value as unknown as TurnEvent) : undefined;
}

const isText = (value: unknown): boolean => typeof value === "string";
const isTextOrNothing = (value: unknown): boolean => value === undefined || typeof value === "string";
const isBlocks = (value: unknown): boolean =>
  Array.isArray(value) && value.every((block) => isObject(block) && typeof block["type"] === "string");

/** What folding relies on, by type: a line that lacks it would break more than itself. */
const CHECKS: Readonly<Record<string, (event: JsonObject) => boolean>> = {
  session: (event) =>
    [event["id"], event["root"], event["cwd"], event["provider"], event["model"]].every(isText) &&
    Array.isArray(event["system"]) &&
    event["system"].every(isText) &&
    isTextOrNothing(event["name"]) &&
    isTextOrNothing(event["parent"]),
  prompt: (event) => isBlocks(event["content"]),
  reply: ({ message, usage, model }) =>
    isObject(message) && isBlocks(message["content"]) && isObject(usage) && isText(model),
  call: (event) => isText(event["id"]) && isText(event["name"]),
  result: (event) =>
    isText(event["id"]) && (isText(event["content"]) || isBlocks(event["content"])) && isTexts(event["context"]),
  rewind: (event) => isText(event["to"]),
  change: (event) => ["cwd", "provider", "model", "name"].every((key) => isTextOrNothing(event[key])),
};

function isTexts(value: unknown): boolean {
  return value === undefined || (Array.isArray(value) && value.every(isText));
}
