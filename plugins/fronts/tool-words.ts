import type { ResultEvent } from "../../schemas/event.js";
import type { JsonObject } from "../../schemas/json.js";
import { textOf } from "../../schemas/message.js";
import { oneLine } from "../../schemas/printable.js";
import { shortLines } from "../../schemas/sanitizer.js";

/** Longest description of a call and of what came of it, in characters. */
const WIDTH = 100;
/** Characters of one line of output that are shown. */
const LINE = 2_000;
/** The part of an input that says most about a call, best first. */
const TELLING = ["command", "file_path", "path", "notebook_path", "pattern", "url", "query", "description"];

/** One line that names a call by what says most about it. */
export function callWords(name: string, input: JsonObject): string {
  const key = TELLING.find((one) => typeof input[one] === "string") ?? Object.keys(input)[0];
  const value = key === undefined ? undefined : input[key];
  const words = typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value);
  return oneLine(`${name} ${words}`, WIDTH);
}

/** What came of a call, in a few words. */
export function outcomeWords(event: ResultEvent): string {
  const { refused, isError, ms } = event;
  if (refused) return `refused. ${oneLine(refused.reason, 3 * WIDTH)}`;
  const text = textIn(event).trim();
  if (isError) return `failed. ${oneLine(text, 2 * WIDTH)}`;
  const lines = text === "" ? 0 : text.split("\n").length;
  const size = lines > 1 ? `, ${lines} lines` : "";
  return `done${size}${ms >= 1000 ? `, ${Math.round(ms / 100) / 10} s` : ""}`;
}

/** The whole output of a call, indented; empty when there is none. */
export function outputLines(event: ResultEvent): string {
  const output = event.refused ? "" : shortLines(textIn(event), { colour: "drop", line: LINE }).trimEnd();
  return output === "" ? "" : output.replace(/^/gm, "  ");
}

function textIn({ content }: ResultEvent): string {
  return typeof content === "string" ? content : textOf(content);
}
