import type { SessionEvent, TurnEvent } from "../../../schemas/event.js";
import { isObject, type JsonObject } from "../../../schemas/json.js";
import { own } from "../../../schemas/own.js";

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
  const fits = own(CHECKS, value["type"])?.(value) ?? true;
  return fits ? (value as unknown as TurnEvent) : undefined;
}

const isText = (value: unknown): boolean => typeof value === "string";
const isTextOrNothing = (value: unknown): boolean => value === undefined || typeof value === "string";
const isBlocks = (value: unknown): boolean => Array.isArray(value) && value.every(isBlock);

/** What every block of a type has. */
const BLOCKS: Readonly<Record<string, (block: JsonObject) => boolean>> = {
  text: ({ text }) => isText(text),
  thinking: ({ thinking }) => isText(thinking),
  redacted_thinking: ({ data }) => isText(data),
  image: ({ source }) => isObject(source) && (isText(source["data"]) || isText(source["url"])),
  document: ({ source }) => isObject(source) && isText(source["data"]),
  tool_use: ({ id, name, input }) => isText(id) && isText(name) && isObject(input),
  tool_result: ({ tool_use_id: id, content }) => isText(id) && isResult(content),
};

/** Results hold no results, so there is nothing to follow into any depth. */
function isResult(content: unknown): boolean {
  const isInner = (block: unknown): boolean => isObject(block) && block["type"] !== "tool_result" && isBlock(block);
  return isText(content) || (Array.isArray(content) && content.every(isInner));
}

function isBlock(block: unknown): boolean {
  if (!isObject(block) || typeof block["type"] !== "string") return false;
  return own(BLOCKS, block["type"])?.(block) ?? true;
}

/** What folding relies on, by type: a line that lacks it would break more than itself. */
const CHECKS: Readonly<Record<string, (event: JsonObject) => boolean>> = {
  session: (event) =>
    [event["id"], event["root"], event["cwd"], event["provider"], event["model"]].every(isText) &&
    Array.isArray(event["system"]) &&
    event["system"].every(isText) &&
    isTextOrNothing(event["name"]) &&
    isTextOrNothing(event["parent"]),
  prompt: (event) => isText(event["id"]) && isBlocks(event["content"]),
  reply: ({ message, usage, model }) =>
    isObject(message) &&
    message["role"] === "assistant" &&
    isBlocks(message["content"]) &&
    isObject(usage) &&
    Object.values(usage).every((count) => typeof count === "number") &&
    isText(model),
  call: (event) => isText(event["id"]) && isText(event["name"]),
  result: (event) => isText(event["id"]) && isResult(event["content"]) && isTexts(event["context"]),
  rewind: (event) => isText(event["to"]),
  change: (event) => ["cwd", "provider", "model", "mode", "name"].every((key) => isTextOrNothing(event[key])),
};

function isTexts(value: unknown): boolean {
  return value === undefined || (Array.isArray(value) && value.every(isText));
}
