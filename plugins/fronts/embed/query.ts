import type { EndEvent, TurnEvent } from "../../../schemas/event.js";
import type { Session } from "../../../schemas/session.js";
import { EventQueue } from "./event-queue.js";
import { openKernel, openSession } from "./open.js";
import type { QueryOptions } from "./options.js";

/** One prompt on its way through a kernel of its own. Its events can be read once, as they happen. */
export interface Query extends AsyncIterable<TurnEvent, undefined> {
  /** The session, as soon as it is open; it is closed when the query ends. Rejects with what kept it from opening. */
  readonly session: Promise<Session>;
  /** How it ended, once everything is closed. Rejects only with what kept it from starting: mostly a `UserError`. */
  result(): Promise<EndEvent>;
  /** Stops the turn: children end, open calls are answered. Resolves when all is closed; the end event says "aborted". */
  interrupt(): Promise<void>;
  /** Stops the turn if it still runs, and lets go of everything. May be called more than once. */
  close(): Promise<void>;
}

/**
 * Runs a prompt inside this process, with all that ships with nacre but the command line. It starts at once, whether or
 * not the events are read. It never touches the process's arguments, streams or exit code. A model that fails is an end
 * event with the reason "model_error"; wrong options and files reject the iteration with a `UserError` of one sentence.
 */
export function query(options: QueryOptions): Query {
  const queue = new EventQueue();
  const stop = new AbortController();
  const given = options.signal;
  const signal = given ? AbortSignal.any([given, stop.signal]) : stop.signal;
  const { opened, ended } = start(options, queue, signal);
  // Each reader is told of a failure; a program that reads only one of the three must not fall over the others.
  for (const promise of [opened, ended]) promise.catch(() => {});
  const close = async (): Promise<void> => {
    stop.abort();
    await ended.catch(() => {});
  };
  return {
    session: opened,
    result: () => ended,
    interrupt: close,
    close,
    [Symbol.asyncIterator]: () => ({
      next: () => queue.next(),
      async return() {
        await close();
        return { done: true, value: undefined };
      },
    }),
  };
}

interface Running {
  readonly opened: Promise<Session>;
  readonly ended: Promise<EndEvent>;
}

function start(options: QueryOptions, queue: EventQueue, signal: AbortSignal): Running {
  const kernel = openKernel(options, (event) => queue.push(event));
  const opened = kernel.then((live) => openSession(live, options, (event) => queue.push(event)));
  const run = async (): Promise<EndEvent> => {
    try {
      return await (await opened).send(options.prompt, { signal });
    } finally {
      await (await kernel.catch(() => undefined))?.[Symbol.asyncDispose]();
    }
  };
  const ended = run();
  ended.then(
    () => queue.end(),
    (error: unknown) => queue.end(error),
  );
  return { opened, ended };
}
