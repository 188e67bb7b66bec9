import type { TurnEvent } from "../../../schemas/event.js";
import type { Transcript } from "../../../schemas/kinds.js";
import type { Block, ResultContent } from "../../../schemas/message.js";

/** The events, one JSON object a line, a fork's past included. */
export async function* asJsonLines(transcript: Transcript): AsyncGenerator<string> {
  for await (const event of transcript.events()) yield `${JSON.stringify(event)}\n`;
}

/** One JSON list of all events. */
export async function* asJson(transcript: Transcript): AsyncGenerator<string> {
  let before = "[\n";
  for await (const event of transcript.events()) {
    yield `${before}${JSON.stringify(event)}`;
    before = ",\n";
  }
  yield before === "[\n" ? "[]\n" : "\n]\n";
}

/** The conversation for people: what was said, what was called and what came of it. */
export async function* asMarkdown(transcript: Transcript): AsyncGenerator<string> {
  yield `# ${transcript.name ?? transcript.title ?? transcript.id}\n\nSession ${transcript.id} in ${transcript.cwd}\n`;
  for await (const event of transcript.events()) yield section(event);
}

function section(event: TurnEvent): string {
  switch (event.type) {
    case "prompt":
      return `\n## ${event.origin === "user" ? "User" : `Added by a ${event.origin}`}\n\n${spoken(event.content)}`;
    case "reply":
      return `\n## Assistant (${event.model})\n\n${spoken(event.message.content)}`;
    case "result":
      return `\n**${event.isError ? "Failed" : "Result"}: ${event.name}**\n\n${fenced(plain(event.content))}`;
    case "rewind":
      return `\n> Taken back to before the prompt ${event.to}: what stands between does not count any more.\n`;
    case "notice":
      return `\n> ${event.level}: ${event.text}\n`;
    case "end":
      return event.reason === "completed" ? "" : `\n> Ended: ${event.message ?? event.reason}\n`;
    default:
      return "";
  }
}

function spoken(blocks: readonly Block[]): string {
  return blocks
    .map((block) => {
      if (block.type === "text") return `${block.text}\n`;
      if (block.type === "thinking") return `<details><summary>Thinking</summary>\n\n${block.thinking}\n\n</details>\n`;
      if (block.type === "tool_use")
        return `**${block.name}**\n\n${fenced(JSON.stringify(block.input, null, 2), "json")}`;
      return `(${block.type})\n`;
    })
    .join("\n");
}

function plain(content: string | readonly ResultContent[]): string {
  if (typeof content === "string") return content;
  return content.map((block) => (block.type === "text" ? block.text : `(${block.type})`)).join("\n");
}

/** A fence longer than any in the text, so that the text cannot end it. */
function fenced(text: string, language = ""): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}\n`;
}
