import type { TurnEvent } from "../../../schemas/event.js";
import type { Io } from "../../../schemas/front.js";
import { sanitize } from "../sanitize.js";

/** A wait for another try is told when it is at least so long. */
const LONG_WAIT = 1000;

/** Says on standard error what a person should know while a run goes on. */
export function tell({ stderr }: Io, event: TurnEvent, verbose: boolean): void {
  const sentence = sentenceOf(event, verbose);
  if (sentence !== undefined) stderr.write(`nacre: ${sanitize(sentence)}\n`);
}

function sentenceOf(event: TurnEvent, verbose: boolean): string | undefined {
  if (event.type === "notice") return event.level !== "info" || verbose ? event.text : undefined;
  if (event.type === "checkpoint") {
    return `checkpoint: ${event.turn} model calls so far; the run ${event.stopped ? "stops here" : "goes on"}.`;
  }
  if (event.type !== "chunk" || event.chunk.type !== "retry") return undefined;
  const { delayMs, attempt, maxAttempts, error } = event.chunk;
  if (delayMs < LONG_WAIT && !verbose) return undefined;
  const seconds = Math.round(delayMs / 100) / 10;
  return `${error.message.replace(/\.$/, "")}; try ${attempt + 1} of ${maxAttempts} in ${seconds} s.`;
}
