import type { Provider } from "../../schemas/provider.js";
import type { Ability, Adapter, Answer, Heard, Running, RunOptions, Turn } from "./adapter.js";
import { serveWire, type WireReply } from "./wire-server.js";

/** How one kind of server writes its answers and reads its requests. */
export interface WireFormat {
  readonly name: string;
  readonly key?: string;
  readonly abilities: readonly Ability[];
  readonly contentType: string;
  /** The events of an answer, each whole, from the first to the end marker. */
  frames(answer: Answer): readonly string[];
  /** How many of the last frames together are the end marker. */
  readonly closing: number;
  /** An event of an overloaded server inside a stream that began well. */
  readonly errorEvent: string;
  /** What a reader must pass over: comments, events of unknown types. */
  readonly noise: readonly string[];
  refusal(status: number, message: string): string;
  heard(body: never): Heard;
  provider(url: string, options: RunOptions): Promise<Provider>;
}

/** What every server reached over HTTP can be made to do. */
const NETWORK: readonly Ability[] = [
  "hears requests",
  "network",
  "status",
  "redirect",
  "wrong type",
  "empty",
  "cut",
  "silence",
  "garbled",
  "error event",
  "no end",
];

/** A provider in the contract suite, behind a server of this format on loopback. */
export function wireAdapter(format: WireFormat): Adapter {
  return {
    name: format.name,
    ...(format.key ? { key: format.key } : {}),
    abilities: new Set([...NETWORK, ...format.abilities]),
    start: (turns, options = {}) => start(format, turns, options),
    unreachable: (port) => format.provider(`http://127.0.0.1:${port}`, { tries: 2 }),
  };
}

async function start(format: WireFormat, turns: readonly Turn[], options: RunOptions): Promise<Running> {
  const server = await serveWire((_, number) => reply(format, turns[Math.min(number, turns.length - 1)] as Turn));
  return {
    provider: await format.provider(server.url, options),
    host: new URL(server.url).host,
    heard: () => server.requests.map(({ body }) => format.heard(JSON.parse(body) as never)),
    closed: () => server.closed(),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** What a server of this format sends for a turn. */
export function reply(format: WireFormat, turn: Turn): WireReply {
  const headers = { "content-type": format.contentType };
  if (!("trouble" in turn)) return { headers, body: format.frames(turn) };
  switch (turn.trouble) {
    case "status": {
      const { status, message, retryAfter } = turn;
      return {
        status,
        body: format.refusal(status, message),
        headers: retryAfter === undefined ? {} : { "retry-after": retryAfter },
      };
    }
    case "redirect":
      return { status: 307, headers: { location: turn.to }, body: "" };
    case "wrong type":
      return { headers: { "content-type": "text/html" }, body: "<html><body>Sign in to this network</body></html>" };
    case "empty":
      return { headers, body: "" };
    default:
  }
  const frames = format.frames(turn.answer);
  const half = Math.ceil(frames.length / 2);
  const begun = frames.slice(0, half);
  const broken = frames[half] as string;
  switch (turn.trouble) {
    case "cut":
      return { headers, body: [...begun, broken.slice(0, broken.length / 2)], pace: 5, after: "cut" };
    case "silence":
      return { headers, body: [...begun, ...format.noise], pace: 5, after: "hang" };
    case "garbled":
      return { headers, body: [...begun, broken.replace(/.{8}(\s*)$/, "$1"), ...frames.slice(half + 1)] };
    case "error event":
      return { headers, body: [...begun, format.errorEvent] };
    case "no end":
      return { headers, body: frames.slice(0, -format.closing) };
  }
}
