import type { PromptEvent, ReplyEvent, ResultEvent, TurnEvent } from "./event.js";
import type { JsonObject } from "./json.js";
import type { Message, ResultContent, TextBlock, ToolResultBlock } from "./message.js";
import type { PromptMark, ReplyFacts } from "./session.js";

const TITLE = 80;

interface Results {
  readonly blocks: Map<number, ToolResultBlock>;
  readonly context: TextBlock[];
}

interface OpenCall {
  readonly name: string;
  /** Its place among the calls of its reply. */
  readonly place: number;
  started: boolean;
}

/** A call that waits for somebody to decide about it, and is made on resume. */
export interface PutOff {
  readonly id: string;
  readonly name: string;
  readonly input: JsonObject;
}

/** What a session is at one moment: the sum of its events. */
export class State {
  readonly messages: Message[] = [];
  readonly replies: ReplyFacts[] = [];
  /** What was said to it and still stands. */
  readonly prompts: PromptMark[] = [];
  rewinds = 0;
  system: readonly string[] = [];
  provider = "";
  model = "";
  cwd: string;
  name?: string;
  /** The permission mode that was chosen last. */
  mode?: string;
  /** The call at which the last turn ended because the answer to it was put off. */
  putOff?: PutOff;
  /** Calls of the last reply that have no result yet. */
  readonly open: Map<string, OpenCall> = new Map();
  /** Results of the last reply, by the place of their call, and what hooks added. */
  results: Results = { blocks: new Map(), context: [] };
  /** Results without a call, which a damaged file can hold. They are dropped. */
  strays = 0;

  constructor(cwd: string) {
    this.cwd = cwd;
  }
}

/** Adds one event. The past is never rewritten; only the message that collects results grows until the next prompt. */
export function fold(state: State, event: TurnEvent): void {
  if ("apart" in event && event.apart) {
    // It is being made: whatever comes of that, it is not made again.
    if (event.type === "call" && event.name === state.putOff?.name) delete state.putOff;
    return;
  }
  switch (event.type) {
    case "session":
      Object.assign(state, {
        system: event.system,
        provider: event.provider,
        model: event.model,
        cwd: event.cwd,
      });
      if (event.name !== undefined) state.name = event.name;
      return;
    case "prompt":
      closeOpenCalls(state);
      delete state.putOff;
      if (event.origin === "user") state.prompts.push(markOf(event, state.messages.length));
      state.messages.push({ role: "user", content: event.content });
      return;
    case "rewind":
      delete state.putOff;
      return rewind(state, event.to);
    case "reply":
      return addReply(state, event);
    case "call": {
      const call = state.open.get(event.id);
      if (call) call.started = true;
      return;
    }
    case "result":
      if (event.refused?.behavior === "defer") putOff(state, event.id);
      return addResult(state, event);
    case "gap":
      // The lines that are lost may have said that they had begun, and how they had ended.
      for (const call of state.open.values()) call.started = true;
      return;
    case "change":
      for (const key of ["cwd", "provider", "model", "mode", "name"] as const) {
        if (event[key] !== undefined) state[key] = event[key];
      }
  }
}

function addReply(state: State, event: ReplyEvent): void {
  closeOpenCalls(state);
  delete state.putOff;
  const { message, invalid: _, ...facts } = event;
  if (state.messages.length === 0) state.messages.push(BEGINNING_LOST);
  if (message.content.length > 0) state.messages.push(message);
  state.results = { blocks: new Map(), context: [] };
  for (const block of message.content) {
    if (block.type === "tool_use")
      state.open.set(block.id, { name: block.name, place: state.open.size, started: false });
  }
  state.replies.push({ ...facts, tools: [...state.open.values()].map((call) => call.name) });
}

function putOff(state: State, id: string): void {
  const blocks = state.messages.findLast(({ role }) => role === "assistant")?.content ?? [];
  const call = blocks.find((block) => block.type === "tool_use" && block.id === id);
  if (call?.type === "tool_use") state.putOff = { id, name: call.name, input: call.input };
}

function markOf({ id, at, content }: PromptEvent, messages: number): PromptMark {
  // What was typed is the first text; what plugins made of it stands behind.
  const typed = content.find((block) => block.type === "text")?.text.slice(0, 4 * TITLE) ?? "";
  return {
    id,
    at,
    messages,
    title: typed
      .replace(/[\s\p{Cc}]+/gu, " ")
      .trim()
      .slice(0, TITLE),
  };
}

/** Goes back to before a prompt; one that does not stand any more changes nothing. What was paid stays counted. */
function rewind(state: State, to: string): void {
  const place = state.prompts.findIndex((prompt) => prompt.id === to);
  if (place < 0) return;
  state.messages.length = state.prompts[place]!.messages;
  state.prompts.length = place;
  state.open.clear();
  delete state.putOff;
  state.results = { blocks: new Map(), context: [] };
  state.rewinds++;
}

/** A conversation begins with the user; what they said can be lost in a damaged file. */
const BEGINNING_LOST: Message = {
  role: "user",
  content: [{ type: "text", text: "(The beginning of this conversation was lost.)" }],
};

/** What the model reads of calls that never came back: the one place for these words. */
export function interrupted(call: { readonly started: boolean }): string {
  return call.started
    ? "Interrupted before it finished. It may have had an effect: check before doing it again."
    : "Interrupted before it ran. Nothing was done.";
}

/** Gives every open call its result, so that the next request is valid. */
export function closeOpenCalls(state: State): void {
  for (const [id, call] of state.open) {
    addResult(state, { id, content: interrupted(call), isError: true });
  }
}

function addResult(state: State, event: Pick<ResultEvent, "id" | "content" | "isError" | "context">): void {
  const call = state.open.get(event.id);
  if (!call) {
    state.strays++;
    return;
  }
  state.open.delete(event.id);
  const { blocks, context } = state.results;
  const content: string | readonly ResultContent[] = event.content.length === 0 ? "(no output)" : event.content;
  const grown = blocks.size > 0;
  blocks.set(call.place, {
    type: "tool_result",
    tool_use_id: event.id,
    content,
    ...(event.isError && { is_error: true }),
  });
  for (const text of event.context ?? []) context.push({ type: "text", text });
  const sorted = [...blocks].toSorted(([a], [b]) => a - b).map(([, block]) => block);
  const message: Message = { role: "user", content: [...sorted, ...context] };
  if (grown) state.messages[state.messages.length - 1] = message;
  else state.messages.push(message);
}
