import { isObject, type JsonObject } from "./json.js";

/** What says when and how long a hook runs, and not what it does. */
const ABOUT: ReadonlySet<string> = new Set(
  "type command args url timeout statusMessage once if async asyncRewake onFailure".split(" "),
);

/** A matcher with its handlers, for people: commands and addresses as they are, and with them all that they do else. */
export function hookText({ matcher, hooks, ...more }: JsonObject): string {
  const handlers = Array.isArray(hooks) ? (hooks as readonly unknown[]) : [];
  const on = typeof matcher === "string" && matcher !== "" ? `for ${matcher}: ` : "";
  return on + handlers.map(handlerText).join("; ") + withMore(without(more, new Set(["event"])));
}

/** A server as it is started or called, for people. */
export function serverText({ command, args, url, type: _type, ...more }: JsonObject): string {
  return wordsOf({ command: command ?? url, args }) + withMore(more);
}

function handlerText(handler: unknown): string {
  if (!isObject(handler)) return JSON.stringify(handler);
  const { command, url } = handler;
  if (typeof command !== "string" && typeof url !== "string") return JSON.stringify(handler);
  return wordsOf({ ...handler, command: command ?? url }) + withMore(without(handler, ABOUT));
}

function wordsOf({ command, args }: JsonObject): string {
  return [command, ...(Array.isArray(args) ? (args as readonly unknown[]) : [])].map(String).join(" ");
}

function without(object: JsonObject, keys: ReadonlySet<string>): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.has(key)));
}

function withMore(more: JsonObject): string {
  return Object.keys(more).length > 0 ? ` (with ${JSON.stringify(more)})` : "";
}
