/**
 * Messages as the conversation keeps them: the content blocks of the public Messages API, whatever the provider.
 * A provider plugin translates at its own border and nowhere else.
 */
export interface TextBlock {
  readonly type: "text";
  readonly text: string;
}

/** Bytes of a picture or document, base64, with their media type. */
export interface Base64Source {
  readonly type: "base64";
  readonly media_type: string;
  readonly data: string;
}

/** A picture. */
export interface ImageBlock {
  readonly type: "image";
  readonly source: Base64Source | { readonly type: "url"; readonly url: string };
}

/** A file in the conversation, such as a PDF. */
export interface DocumentBlock {
  readonly type: "document";
  readonly source: Base64Source;
  readonly title?: string;
}

/** What a model thought aloud. The signature proves it to its own provider and is kept untouched. */
export interface ThinkingBlock {
  readonly type: "thinking";
  readonly thinking: string;
  readonly signature?: string;
}

/** Thoughts that only their provider can read; they go back to it byte for byte. */
export interface RedactedThinkingBlock {
  readonly type: "redacted_thinking";
  readonly data: string;
}

/** The model asks for a call. */
export interface ToolUseBlock {
  readonly type: "tool_use";
  readonly id: string;
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** What a tool may put into its result for the model. */
export type ResultContent = TextBlock | ImageBlock | DocumentBlock;

/** The answer to a call, by its id. */
export interface ToolResultBlock {
  readonly type: "tool_result";
  readonly tool_use_id: string;
  readonly content: string | readonly ResultContent[];
  readonly is_error?: boolean;
}

/** A piece of a message. */
export type Block =
  | TextBlock
  | ImageBlock
  | DocumentBlock
  | ThinkingBlock
  | RedactedThinkingBlock
  | ToolUseBlock
  | ToolResultBlock;

/** One message. Never changed once it is in a conversation: readers may cache by identity. */
export interface Message {
  readonly role: "user" | "assistant";
  readonly content: readonly Block[];
}

/** The text of some blocks, joined as they stand. */
export function textOf(content: string | readonly Block[]): string {
  if (typeof content === "string") return content;
  let text = "";
  for (const block of content) if (block.type === "text") text += block.text;
  return text;
}
