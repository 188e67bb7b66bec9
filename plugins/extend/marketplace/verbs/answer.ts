import { EXIT } from "../../../../schemas/errors.js";
import { wordsOf, type Job } from "../job.js";
import { jsonText } from "../../../../schemas/json-text.js";

/** Prints data as JSON when that was asked for; else `text` does. */
export function answer(job: Job, data: unknown, text: () => void): number {
  if (job.flags["json"] === true) job.print(jsonText(data, 2));
  else text();
  return EXIT.done;
}

/** The one word a verb takes. */
export function wordOf(job: Job, usage: string): string {
  return wordsOf(job, usage, 1)[0] ?? "";
}
