import type { Provider, StopReason, Usage } from "../../schemas/provider.js";

/** An answer of a model, whatever its wire format. Pieces arrive one after the other. */
export interface Answer {
  readonly thinking?: readonly string[];
  readonly text?: readonly string[];
  readonly calls?: readonly { readonly name: string; readonly input: object }[];
  readonly stop?: StopReason;
  readonly usage?: Usage;
}

/** A request that fails, once. */
export type Trouble =
  | { readonly trouble: "status"; readonly status: number; readonly message: string; readonly retryAfter?: string }
  | { readonly trouble: "redirect"; readonly to: string }
  | { readonly trouble: "wrong type" | "empty" }
  | {
      /** What happens in the middle of `answer`, or, for "no end", instead of its end marker. */
      readonly trouble: "cut" | "silence" | "garbled" | "error event" | "no end";
      readonly answer: Answer;
    };

/** What a server does with one request. The last turn is repeated. */
export type Turn = Answer | Trouble;

/** What a request said, whatever its wire format: flat lists in the order of the conversation. */
export interface Heard {
  readonly model: string;
  readonly system: string;
  readonly tools: readonly string[];
  readonly texts: readonly string[];
  readonly thinking: readonly string[];
  readonly calls: readonly { readonly name: string; readonly input: unknown }[];
  readonly results: readonly string[];
  /** Base64. */
  readonly images: readonly string[];
}

/** A provider that speaks to a server which plays some turns. */
export interface Running extends AsyncDisposable {
  readonly provider: Provider;
  /** "host:port"; empty where there is no server. */
  readonly host: string;
  heard(): readonly Heard[];
  /** Resolves when the connection of the latest request was closed by the provider. */
  closed(): Promise<void>;
}

export interface RunOptions {
  /** Seconds of silence that are too long. */
  readonly idleSecs?: number;
  readonly tries?: number;
}

/** What not every provider can do, or not every server can be made to do. */
export type Ability =
  | "hears requests"
  | "thinking"
  | "sends thinking back"
  | "images"
  | "cache usage"
  | "network"
  | Trouble["trouble"]
  | `stops with ${StopReason}`;

/** One provider in the contract suite. */
export interface Adapter {
  readonly name: string;
  /** The secret it is given; it must never appear in an answer. */
  readonly key?: string;
  readonly abilities: ReadonlySet<Ability>;
  start(turns: readonly Turn[], options?: RunOptions): Promise<Running>;
  /** Points at a port of loopback where nobody listens. Absent without "network". */
  unreachable?(port: number): Promise<Provider>;
}
