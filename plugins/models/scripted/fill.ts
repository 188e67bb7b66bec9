import { textOf } from "../../../schemas/message.js";
import type { ModelRequest } from "../../../schemas/provider.js";
import { lastPrompt, lastResults, spoken } from "./conversation.js";
import { patternOf } from "../../../schemas/text-pattern.js";

const REFERENCE = /\{\{(result|prompt)(?::(\/[^{}]+\/[dimsuv]*))?\}\}/g;

/**
 * Puts `{{result}}`, `{{prompt}}` and `{{result:/regex/}}` (its first group, or the whole match) into every text of a
 * value. Throws an Error when a regex finds nothing.
 */
export function fill<T>(value: T, request: ModelRequest): T {
  return fillAny(value, request) as T;
}

function fillAny(value: unknown, request: ModelRequest): unknown {
  if (typeof value === "string") return value.includes("{{") ? fillText(value, request) : value;
  if (Array.isArray(value)) return value.map((each) => fillAny(each, request));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, fillAny(each, request)]));
}

function fillText(text: string, request: ModelRequest): string {
  return text.replace(REFERENCE, (reference, source: string, pattern: string | undefined) => {
    const results = (): string =>
      lastResults(request)
        .map(({ content }) => textOf(content))
        .join("\n");
    const found = source === "prompt" ? lastPrompt(request, spoken) : results();
    if (pattern === undefined) return found;
    const match = patternOf(pattern)?.exec(found);
    if (!match) throw new Error(`${reference} finds nothing in ${JSON.stringify(found.slice(0, 200))}`);
    return match[1] ?? match[0];
  });
}
