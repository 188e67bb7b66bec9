import { StringDecoder } from "node:string_decoder";
import { createParser, type EventSourceMessage } from "eventsource-parser";
import { Failure, hostOf, malformedFailure, type Endpoint } from "./failure.js";
import type { HttpBody } from "./http-body.js";

export interface ReadOptions {
  readonly endpoint: Endpoint;
  /** Longest silence, in milliseconds; 90 s otherwise. Whatever does not make its reader call `body.used()` is silence. */
  readonly idleMs?: number;
}

/** One server-sent event. `event` is absent when the server did not name it. */
export type ServerEvent = EventSourceMessage;

const IDLE_MS = 90_000;
/** One event or line, in characters. */
const ITEM_LIMIT = 8 << 20;

/**
 * The server-sent events of a body, those that arrived together as one list. The end of the body is the end of the
 * list: whether the answer was complete is for the caller to know. Leaving early closes the connection, unless
 * `body.drain()` was called.
 */
export function readEvents(body: HttpBody, options: ReadOptions): AsyncGenerator<readonly ServerEvent[]> {
  let events: ServerEvent[] = [];
  let overflow = false;
  const parser = createParser({
    maxBufferSize: ITEM_LIMIT,
    onEvent: (event) => void events.push(event),
    onError: ({ type }) => (overflow ||= type === "max-buffer-size-exceeded"),
  });
  const split = (text: string): readonly ServerEvent[] => {
    events = [];
    if (!overflow) parser.feed(text);
    if (overflow && events.length === 0)
      throw malformedFailure(options.endpoint, `has an event of more than ${ITEM_LIMIT} characters`);
    return events;
  };
  return readItems(body, split, options);
}

/** The lines of a body (newline-delimited JSON), those that arrived together as one list. Empty ones are left out. */
export function readLines(body: HttpBody, options: ReadOptions): AsyncGenerator<readonly string[]> {
  let pieces: string[] = [];
  let length = 0;
  const split = (text: string, last: boolean): readonly string[] => {
    const lines = text.split("\n");
    const rest = last ? "" : (lines.pop() ?? "");
    if (lines.length > 0) {
      lines[0] = pieces.join("") + (lines[0] ?? "");
      pieces = [];
      length = 0;
    }
    pieces.push(rest);
    length += rest.length;
    if (length > ITEM_LIMIT)
      throw malformedFailure(options.endpoint, `has a line of more than ${ITEM_LIMIT} characters`);
    return lines.filter((line) => line.trim() !== "");
  };
  return readItems(body, split, options);
}

async function* readItems<T>(
  body: HttpBody,
  split: (text: string, last: boolean) => readonly T[],
  { endpoint, idleMs = IDLE_MS }: ReadOptions,
): AsyncGenerator<readonly T[], void, undefined> {
  const decoder = new StringDecoder("utf8");
  const idle = setTimeout(() => body.cancel(idleFailure(endpoint, idleMs)), idleMs);
  body.used = () => void idle.refresh();
  try {
    for (let last = false; !last;) {
      const { done, value } = await body.next();
      last = done === true;
      const items = split(value ? decoder.write(value as Buffer) : decoder.end(), last);
      if (items.length > 0) yield items;
    }
  } finally {
    body.used = () => {};
    clearTimeout(idle);
    body.cancel();
  }
}

function idleFailure(endpoint: Endpoint, idleMs: number): Failure {
  const message = `${endpoint.name} at ${hostOf(endpoint)} sent nothing for ${Math.round(idleMs / 100) / 10} s`;
  return new Failure({ kind: "connection", message }, { retryable: true });
}
