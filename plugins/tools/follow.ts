import type { ChildProcess } from "node:child_process";
import { constants } from "node:os";
import type { Readable } from "node:stream";
import type { ProcessGroup } from "./process-group.js";
import type { Ending, OutputStream, Watch } from "./program.js";

/** How long output may still come after the program itself has ended, from children that hold its pipes. */
const AFTERGLOW = 100;

/** How long a killed program may take to go; one that is stuck in the kernel is left behind. */
const STUCK = 500;

export interface Followed {
  readonly child: ChildProcess;
  readonly group: ProcessGroup;
  readonly streams: Readonly<Record<OutputStream, Readable>>;
}

export interface Followup extends Omit<Ending, "left"> {
  /** All output has been read and nobody holds the pipes. */
  readonly dry: boolean;
}

/** Sees a started program to its end, or makes it end with its whole group when time is up or the turn is stopped. */
export async function follow({ child, group, streams }: Followed, watch: Watch): Promise<Followup> {
  let cause: Ending["cause"] = "exit";
  let ending: Promise<void> | undefined;
  let giveUp = (): void => {};
  const stop = (why: "timeout" | "abort"): void => {
    if (ending) return;
    cause = why;
    ending = group.end();
    void ending.then(() => setTimeout(giveUp, STUCK).unref());
  };
  const onAbort = (): void => stop("abort");
  const timer = watch.timeout === undefined ? undefined : setTimeout(stop, watch.timeout, "timeout");
  watch.signal?.addEventListener("abort", onAbort, { once: true });
  if (watch.signal?.aborted) onAbort();
  const closed = Promise.all([
    flow(streams.stdout, (chunk) => watch.onOutput(chunk, "stdout")),
    flow(streams.stderr, (chunk) => watch.onOutput(chunk, "stderr")),
  ]);
  const exit = await new Promise<Pick<Ending, "code" | "signal">>((resolve) => {
    giveUp = () => resolve({ code: 137, signal: "SIGKILL" });
    child.once("exit", (code, signal) => {
      resolve(signal ? { code: 128 + constants.signals[signal], signal } : { code: code ?? 1 });
    });
  });
  const dry = await within(AFTERGLOW, closed);
  clearTimeout(timer);
  watch.signal?.removeEventListener("abort", onAbort);
  await ending;
  return { ...exit, cause, dry };
}

/** Resolves when the stream is dry. Nothing is read while `onChunk` works, so a flood costs no memory. */
function flow(stream: Readable, onChunk: (chunk: Buffer) => void): Promise<void> {
  return new Promise((resolve) => {
    stream.on("data", onChunk);
    stream.on("error", () => resolve());
    stream.on("close", resolve);
  });
}

function within(ms: number, done: Promise<unknown>): Promise<boolean> {
  return new Promise((resolve) => {
    // Timers come before reading in a round of the event loop: what is in the pipe gets one more round.
    const timer = setTimeout(() => setImmediate(resolve, false), ms);
    void done.then(() => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}

/** What children of an ended program still write is read and dropped: a closed pipe would end them. */
export function letGo({ streams }: Followed): void {
  for (const stream of Object.values(streams)) {
    stream.removeAllListeners("data");
    stream.resume();
    if ("unref" in stream) (stream as { unref(): void }).unref();
  }
}
