import type { PluginContext } from "../../../core/types.js";
import { EXIT } from "../../../schemas/errors.js";
import type { Invocation } from "../../../schemas/front.js";
import { onSignals } from "../signals.js";
import { ClientHooks } from "./client-hooks.js";
import { Client } from "./client.js";
import { hookLines } from "./hook-lines.js";
import { limitThinking } from "./limit-thinking.js";
import { Output } from "./output.js";
import { streamReport } from "./stream-report.js";
import { Talk } from "./talk.js";
import { Turns } from "./turns.js";

/** Talks with a program over standard input and output until it closes its end. Resolves with the exit code. */
export async function runStream(ctx: PluginContext, invocation: Invocation): Promise<number> {
  const { flags, io } = invocation;
  const output = new Output(io.stdout, (sentence) => {
    if (sentence !== undefined) io.stderr.write(`Error: ${sentence}\n`);
    talk.end({ by: "reader", code: EXIT.failed, silent: true });
  });
  const report = streamReport(ctx.kernel, output, flags);
  const client = new Client(
    (line) => report.lines.write(line),
    () => ctx.kernel.clock.id(),
  );
  const watcher = flags["include-hook-events"] === true ? hookLines(report.lines) : {};
  const hooks = new ClientHooks(ctx.kernel, client, watcher);
  const turns = new Turns(ctx, invocation, report);
  const thinking = limitThinking(ctx, flags["max-thinking-tokens"]);
  const talk = new Talk({ ctx, invocation, client, hooks, turns, thinking });
  using _ = onSignals((code, signal) => talk.end({ by: "signal", code, silent: signal !== "SIGINT" }));
  try {
    return await talk.run();
  } finally {
    await output.done();
  }
}
