import { textOf } from "../../../schemas/message.js";
import type { ModelRequest } from "../../../schemas/provider.js";
import { patternOf } from "../../../schemas/text-pattern.js";
import { withTexts } from "../../../schemas/with-texts.js";
import { lastPrompt, lastResults, spoken } from "./conversation.js";

const REFERENCE = /\{\{(result|prompt)(?::(\/[^{}]+\/[dimsuv]*))?\}\}/g;

/**
 * Puts `{{result}}`, `{{prompt}}` and `{{result:/regex/}}` (its first group, or the whole match) into every text of a
 * value. Throws an Error when a regex finds nothing.
 */
export function fill<T>(value: T, request: ModelRequest): T {
  return withTexts(value, (text) => (text.includes("{{") ? fillText(text, request) : text)) as T;
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
