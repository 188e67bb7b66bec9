import type { Session } from "../../../schemas/session.js";

/** How a function of the plugin is called. */
export interface CallOptions {
  readonly session?: Session | undefined;
  /** Lets go of the call. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds before it is given up. */
  readonly deadline?: number;
  /** It may take long, as long as the process has something to say now and then. */
  readonly isLong?: boolean;
  /** What stands behind a middleware, or takes what a subcommand writes. */
  readonly answers?: (what: "next" | "write", args: Readonly<Record<string, unknown>>) => Promise<unknown>;
  /** The call whose progress it tells. */
  readonly progress?: { readonly callId: string; tell(text: string): void };
}

/** Calls functions of a plugin that stands behind a pipe, by `kind/name/member`, or `tap/number`. */
export interface Caller {
  /** How long what everybody waits for may take, in ms. */
  readonly patience: number;
  call(key: string, args: readonly unknown[], options: CallOptions): Promise<unknown>;
  stream(key: string, args: readonly unknown[], options: CallOptions): AsyncIterable<unknown>;
  /** Says that something failed which costs nobody else anything. */
  failed(place: string, error: unknown): void;
}
