import type { Invocation } from "../../../schemas/front.js";
import { EXIT } from "../../../schemas/errors.js";
import type { Bridge } from "./bridge.js";
import { stopOf } from "./outcome.js";
import { oneLine } from "../../../schemas/printable.js";

/** `nacre --init-only`: Setup and SessionStart hooks, and no conversation. Resolves with 1 when one of them fails. */
export async function runSetup({ ctx, book, runner }: Bridge, { io }: Invocation): Promise<number> {
  const { clock, cwd } = ctx.kernel;
  await book.refresh();
  const scene = { sessionId: clock.id(), cwd, root: cwd };
  let failed = false;
  for (const [event, key, value] of [
    ["Setup", "trigger", "init"],
    ["SessionStart", "source", "startup"],
  ] as const) {
    const outcomes = await runner.fire({ event, scene, value, input: { [key]: value } });
    for (const { problem, systemMessage } of outcomes) {
      if (systemMessage !== undefined) io.stderr.write(`nacre: ${oneLine(systemMessage, 500)}\n`);
      if (problem !== undefined) io.stderr.write(`nacre: ${oneLine(problem, 500)}\n`);
      failed ||= problem !== undefined;
    }
    failed ||= stopOf(outcomes) !== undefined;
  }
  return failed ? EXIT.failed : EXIT.done;
}
