import type { JsonObject } from "../../../schemas/json.js";
import type { Session } from "../../../schemas/session.js";

/** The longest message in bytes, either way. */
export const MOST_BYTES: number = 16 * 1024 * 1024;

/** A session as a plugin's process sees it. */
export interface SessionFacts extends Pick<
  Session,
  "id" | "parent" | "name" | "root" | "folders" | "cwd" | "provider" | "model" | "busy" | "headless"
> {
  readonly agent?: { readonly id: string; readonly type: string };
}

/** What the kernel's part in a process is made of. */
export interface KernelFacts {
  readonly version: string;
  readonly cwd: string;
  readonly home: string;
  /** The granted variables alone. */
  readonly env: Readonly<Record<string, string>>;
  readonly plugins: readonly JsonObject[];
}

/** Data of what plugins offer, by kind. */
export type Offered = Readonly<Record<string, readonly JsonObject[]>>;

export interface Start {
  readonly do: "start";
  readonly id: number;
  /** Address of the module. */
  readonly module: string;
  readonly plugin: JsonObject;
  readonly settings: JsonObject;
  readonly kernel: KernelFacts;
  readonly offered: Offered;
  /** How to run inside nacre instead, as the end of a sentence. */
  readonly remedy: string;
  /** False: signals to other processes are taken away from the code. */
  readonly mayStart: boolean;
}

export interface Call {
  readonly do: "call";
  readonly id: number;
  /** The function, by the number it came with. */
  readonly fn: number;
  readonly args: readonly unknown[];
  readonly session?: SessionFacts;
  /** Sent again when plugins have come or gone. */
  readonly offered?: Offered;
}

/** From nacre to a plugin's process. */
export type ToChild =
  | Start
  | Call
  /** The caller wants no answer any more. */
  | { readonly do: "stop"; readonly id: number }
  /** So many more pieces of a stream may come. */
  | { readonly do: "more"; readonly id: number; readonly count: number }
  | {
      readonly do: "events";
      readonly fns: readonly number[];
      readonly session: SessionFacts;
      readonly events: readonly unknown[];
    }
  | { readonly do: "answer"; readonly id: number; readonly value?: unknown; readonly error?: WireError }
  | { readonly do: "ping"; readonly id: number }
  | { readonly do: "end" };

/** From a plugin's process to nacre, as it should be. */
export type FromChild =
  | {
      readonly do: "add";
      readonly kind: string;
      readonly item: JsonObject;
      readonly fns: Readonly<Record<string, number>>;
    }
  | { readonly do: "tap"; readonly point: string; readonly fn: number; readonly options: JsonObject }
  | { readonly do: "answer"; readonly id: number; readonly value?: unknown; readonly error?: WireError }
  | { readonly do: "piece"; readonly id: number; readonly value: unknown }
  | { readonly do: "ask"; readonly id: number; readonly what: Asked; readonly of: string; readonly args: JsonObject }
  | { readonly do: "tell"; readonly what: Told; readonly of: string; readonly args: JsonObject }
  | { readonly do: "pong"; readonly id: number; readonly memory: number };

/** `use`: a tool of a session. `next`: what stands behind a middleware's call. `write`: a stream of a subcommand. */
export type Asked = "use" | "next" | "write";
/** `notice`: a sentence in a session. `progress`: of a tool's call. `failed`: a watcher threw. */
export type Told = "notice" | "progress" | "failed";

export interface WireError {
  readonly message: string;
  /** It is the user's to mend. */
  readonly user?: boolean;
}

/** The functions of an item that can be called across the pipe, by kind. */
export const CALLABLE: Readonly<Record<string, readonly string[]>> = {
  tool: ["run"],
  command: ["run"],
  context: ["render", "without"],
  subcommand: ["run"],
  provider: ["stream", "available", "models", "choose"],
  middleware: ["tool", "ask"],
  kind: ["read"],
  flag: [],
};

/** The hook points that can be listened to across the pipe. */
export const POINTS: readonly string[] = [
  "SessionStart",
  "UserPromptSubmit",
  "UserPromptExpansion",
  "InstructionsLoaded",
  "PreModel",
  "PreToolUse",
  "PostToolUse",
  "Stop",
  "Event",
];
