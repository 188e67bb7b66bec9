import type { Ask, Decision } from "./decision.js";
import type { EndEvent, ReplyEvent, TurnEvent } from "./event.js";
import type { JsonObject } from "./json.js";
import type { Block, Message } from "./message.js";
import type { ToolOutput } from "./tool-spec.js";

/** What `send` takes beside the prompt. */
export interface SendOptions {
  /** Abort it to stop the turn: children end, every open call gets its answer, and `send` resolves. */
  readonly signal?: AbortSignal;
  /** The id of the prompt's event; a fresh one otherwise. */
  readonly id?: string;
}

/** A conversation, as plugins see it. State is a fold over its events. */
export interface Session {
  readonly id: string;
  /** The session it was forked from or runs under. */
  readonly parent?: string;
  readonly name?: string;
  /** Real path of the folder it was opened in. Never moves. */
  readonly root: string;
  /** Folders a tool may work in: the root and those the user added. Real paths. */
  readonly folders: readonly string[];
  /** Where relative paths start. Moves with `chdir`. */
  readonly cwd: string;
  readonly provider: string;
  readonly model: string;
  readonly system: readonly string[];
  readonly messages: readonly Message[];
  /** Every answer so far, without its text: what usage and cost are computed from. */
  readonly replies: readonly ReplyFacts[];
  /** What was said to it and still stands: a `rewind` event takes it back to before one of these. */
  readonly prompts: readonly PromptMark[];
  /** How often it was taken back. */
  readonly rewinds: number;
  /** The permission mode that was chosen last, in this process or before. */
  readonly mode?: string;
  /** The call at which the last turn ended because the answer to it was put off. */
  readonly putOff?: ToolUse & { readonly id: string };
  /** True while `send` runs. */
  readonly busy: boolean;
  /** True in a run that no person watches. */
  readonly headless: boolean;
  /** Set in a session that works for another one. */
  readonly agent?: AgentFacts;
  /** Asks the person this session works for; undefined where nobody can be asked. */
  readonly ask?: Ask | undefined;

  /**
   * Adds a prompt and runs until the model asks for no more tools. Resolves with the end event, whatever it was;
   * rejects only when called while busy or after `close`.
   */
  send(prompt: string | readonly Block[], options?: SendOptions): Promise<EndEvent>;
  /** Adds a prompt without asking the model. */
  append(content: readonly Block[], origin: "user" | "hook"): void;
  /**
   * Runs one tool outside of an answer of the model, through the same gates, hooks and middleware. Its events carry
   * `apart`. With `ask: false` nobody is asked: what no rule or mode allows is refused.
   */
  use(call: ToolUse, options?: UseOptions): Promise<Used>;
  /** Whether a tool belongs to this session, by its canonical name. */
  offers(tool: string): boolean;
  chdir(path: string): void;
  setModel(model: string, provider?: string): void;
  addFolder(path: string): void;
  /** Tells everybody. Plugins may emit notices, changes, rewinds and progress; the loop emits the rest. */
  emit(event: TurnEvent): void;
  close(): Promise<void>;
}

/** A prompt and where it stands. */
export interface PromptMark {
  readonly id: string;
  readonly at: number;
  /** Its beginning, on one line. */
  readonly title: string;
  /** How many messages stand before it. */
  readonly messages: number;
}

/** Who a session works as, and for whom. */
export interface AgentFacts {
  readonly id: string;
  /** The agent's name. */
  readonly type: string;
  readonly of: Session;
  /** The call of the parent that started it, where one did. */
  readonly call?: string;
  /** True: it is not told what guidelines files say. */
  readonly omitGuidelines?: boolean;
}

/** A call that is made outside of an answer, by a command or an alias. */
export interface ToolUse {
  readonly name: string;
  readonly input: JsonObject;
}

/** With `ask` false nobody is asked about it: what no rule or mode allows is refused. */
export interface UseOptions {
  readonly signal?: AbortSignal;
  readonly ask?: boolean;
}

/** What came of a call outside of an answer. */
export interface Used {
  /** Its result as the model would read it; the refusal where it did not run. */
  readonly output: ToolOutput;
  /** Set when it did not run, where a gate or the person was the reason. */
  readonly refused?: Decision;
  /** False when it never ran. */
  readonly ran: boolean;
}

/** A reply without its message. */
export type ReplyFacts = Omit<ReplyEvent, "message" | "invalid"> & {
  /** Names of the tools it called. */
  readonly tools: readonly string[];
};

/** What a session is opened with. */
export interface SessionInit {
  /** Working folder; the kernel's own otherwise. */
  readonly cwd?: string;
  readonly folders?: readonly string[];
  readonly id?: string;
  readonly name?: string;
  readonly parent?: string;
  /** Events of an earlier session, in order: they are folded, not fired. */
  readonly past?: Iterable<TurnEvent> | AsyncIterable<TurnEvent>;
  readonly source?: "startup" | "resume" | "fork";
  /** Provider and model; what settings and environment say otherwise. */
  readonly provider?: string;
  readonly model?: string;
  /** Replaces the contributed system prompt. */
  readonly system?: readonly string[];
  /** Only these tools, by name; all otherwise. */
  readonly tools?: readonly string[];
  /** These tools not. */
  readonly withoutTools?: readonly string[];
  readonly ask?: Ask;
  readonly headless?: boolean;
  readonly agent?: AgentFacts;
  /** Hard limit on model calls in one run of the kernel, 0 = none; the setting `limits.turns` otherwise. */
  readonly maxTurns?: number;
}
