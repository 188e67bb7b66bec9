import type { CallEvent, TurnEvent } from "../../../schemas/event.js";
import type { Io } from "../../../schemas/front.js";
import { sanitize } from "../../../schemas/printable.js";
import { callWords, outcomeWords, outputLines } from "../tool-words.js";

/** A wait for another try is told when it is at least so long. */
const LONG_WAIT = 1000;

export interface TellOptions {
  /** Notices of the least weight and short waits, too. */
  readonly verbose: boolean;
  /** Each call with its whole output. */
  readonly calls: boolean;
}

/** Says on standard error what a person should know while a run goes on. */
export function teller({ stderr }: Io, options: TellOptions): (event: TurnEvent) => void {
  const calls = new Map<string, CallEvent>();
  const say = (sentence: string): void => void stderr.write(`nacre: ${sentence}\n`);
  return (event) => {
    if (event.type === "call" && options.calls) calls.set(event.id, event);
    else if (event.type === "result" && options.calls) {
      const call = calls.get(event.id);
      calls.delete(event.id);
      say(`${callWords(event.name, call?.input ?? {})}: ${outcomeWords(event)}`);
      const output = outputLines(event);
      if (output !== "") stderr.write(`${output}\n`);
    } else {
      const sentence = sentenceOf(event, options.verbose);
      if (sentence !== undefined) say(sanitize(sentence));
    }
  };
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
