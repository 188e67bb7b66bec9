import type { JsonObject } from "../../../schemas/json.js";
import type { Message } from "../../../schemas/message.js";
import type { Chunk, ModelRequest } from "../../../schemas/provider.js";
import type { ToolOutput } from "../../../schemas/tool.js";

/** Version of the file format. */
export const VERSION = 1;

/** Everything of a request but its messages. */
export type Head = Omit<ModelRequest, "messages" | "halt">;

/** Times and ids that were handed out since the line before. */
export interface Stamps {
  readonly now?: readonly number[];
  readonly ids?: readonly string[];
}

/** First line of a recording. */
export interface HeaderLine {
  readonly type: "recording";
  readonly version: number;
  readonly nacre: string;
  /** Real paths, so that a replay elsewhere can put its own in their place. */
  readonly cwd: string;
  readonly home: string;
}

/**
 * A request leaves. Told as what is new since the session's request before: `keep` of its messages stand at the
 * beginning, `messages` follow; without `head` it is the same.
 */
export interface AskLine extends Stamps {
  readonly type: "ask";
  readonly call: number;
  /** Sessions are numbered in the order they first cross a border. */
  readonly session: number;
  /** Fingerprint of the whole request. */
  readonly digest: string;
  readonly head?: Head;
  readonly keep: number;
  readonly messages: readonly Message[];
}

export interface AnswerLine extends Stamps {
  readonly type: "answer";
  readonly call: number;
  readonly chunks: readonly Chunk[];
}

/** A tool begins to run. */
export interface CallLine extends Stamps {
  readonly type: "call";
  readonly call: number;
  readonly session: number;
  readonly id: string;
  readonly name: string;
  readonly input: JsonObject;
}

/** It is done: with an output, or with what it threw. */
export interface OutputLine extends Stamps {
  readonly type: "output";
  readonly call: number;
  readonly output?: ToolOutput;
  readonly error?: string;
}

/** The run is over. */
export interface EndLine extends Stamps {
  readonly type: "end";
}

export type Line = AskLine | AnswerLine | CallLine | OutputLine | EndLine;
