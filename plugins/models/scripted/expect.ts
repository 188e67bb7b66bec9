import { textOf } from "../../../schemas/message.js";
import type { ModelRequest } from "../../../schemas/provider.js";
import { lastPrompt, lastResults } from "./conversation.js";
import { matches } from "../../../schemas/text-pattern.js";
import { conditionOf } from "./script.js";
import type { Condition } from "./turn.js";

const SHOWN = 200;

/** What a request lacks of what its turn expects, in words; undefined when all of it holds. */
export function differenceOf(expected: string | Condition, request: ModelRequest): string | undefined {
  const { prompt, result, error, system, model, tools, message } = conditionOf(expected, "message");
  const results = lastResults(request);
  const resultText = results.map(({ content }) => textOf(content)).join("\n");
  const said = results.length > 0 ? "the tool results" : "the prompt";
  const wanted: [string, string | undefined, string][] = [
    [said, message, results.length > 0 ? resultText : lastPrompt(request)],
    ["the prompt", prompt, prompt === undefined ? "" : lastPrompt(request)],
    ["the system prompt", system, request.system.join("\n")],
    ["the model", model, request.model],
    ...[result ?? []].flat().map((each): [string, string, string] => ["the tool results", each, resultText]),
  ];
  for (const [what, pattern, text] of wanted)
    if (pattern !== undefined && !matches(pattern, text))
      return `expected ${what} to hold ${quote(pattern)}, found ${quote(text)}`;
  if (error !== undefined && results.some((each) => each.is_error === true) !== error)
    return `expected ${error ? "a failed" : "no failed"} tool result, found ${quote(resultText)}`;
  return toolDifference(tools ?? [], request);
}

function toolDifference(names: readonly string[], request: ModelRequest): string | undefined {
  const offered = request.tools.map(({ name }) => name);
  for (const name of names) {
    const unwanted = name.startsWith("!");
    const wanted = unwanted ? name.slice(1) : name;
    if (offered.includes(wanted) === unwanted)
      return `expected the tool ${wanted} ${unwanted ? "not " : ""}to be offered, found ${offered.join(", ") || "no tools"}`;
  }
  return undefined;
}

function quote(text: string): string {
  return JSON.stringify(text.length > SHOWN ? `${text.slice(0, SHOWN)}...` : text);
}
