import { difference, type Difference } from "./difference.js";
import type { Fingerprint } from "./fingerprint.js";
import type { Head } from "./recording.js";
import { headOf, messagesOf, type Ask, type Recording, type Run } from "./load.js";

const REMEDY = "undo the change, or record again with --record";

/** One sentence: how a request differs from the one that should have come. */
export function strangeRequest(
  recording: Recording,
  got: Fingerprint,
  expected: Ask | undefined,
  count: number,
): string {
  const { path, asks } = recording;
  if (!expected) {
    return `The replay asks the model once more than ${path} did (${asks.length} times); ${REMEDY}.`;
  }
  const found = inRequest(expected, got);
  const where = `The replay differs from ${path}:${expected.at.line} at request ${count}`;
  return found ? `${where}: ${told(found)}; ${REMEDY}.` : `${where}; ${REMEDY}.`;
}

/** One sentence: how a call differs from the one that should have come. `input` is as it would have been recorded. */
export function strangeCall(recording: Recording, name: string, input: unknown, expected: Run | undefined): string {
  const start = `The replay differs from ${recording.path}`;
  if (!expected) return `${start}: the call of ${name} is not in it; ${REMEDY}.`;
  const found = difference(expected.line.input, input, "input");
  const what = found ? told(found) : `it is made once more than was recorded`;
  return `${start}:${expected.at.line} at the call of ${name}: ${what}; ${REMEDY}.`;
}

function inRequest(expected: Ask, got: Fingerprint): Difference | undefined {
  const [recorded, here] = [headOf(expected), JSON.parse(got.head) as Head];
  const head = recorded && (difference(named(recorded), named(here)) ?? difference(recorded, here));
  if (head) return head;
  const messages = messagesOf(expected);
  for (let place = 0; place < Math.max(messages.length, got.digests.length); place++) {
    const there: unknown = place < got.digests.length ? JSON.parse(got.message(place)) : undefined;
    const found = difference(messages[place], there, `messages[${place}]`);
    if (found) return found;
  }
  return undefined;
}

/** Tools by name: one more at the beginning is one difference, not one for each tool. */
function named(head: Head): object {
  return { ...head, tools: Object.fromEntries(head.tools.map((tool) => [tool.name, tool])) };
}

function told({ path, expected, got }: Difference): string {
  return `${path} is ${got}, recorded was ${expected}`;
}
