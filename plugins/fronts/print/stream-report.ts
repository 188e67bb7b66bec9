import type { KernelView } from "../../../core/types.js";
import type { Invocation } from "../../../schemas/front.js";
import { initLine } from "./init-line.js";
import type { Output } from "./output.js";
import type { Report } from "./report.js";
import { resultLine } from "./result-line.js";
import { StreamLines } from "./stream-lines.js";

/** A report that others can add lines to. */
export interface StreamReport extends Report {
  readonly lines: StreamLines;
}

/** A line for each event, the result last. `begin` may be called again for each turn. */
export function streamReport(kernel: KernelView, output: Output, flags: Invocation["flags"]): StreamReport {
  const lines = new StreamLines(kernel, output, {
    partial: flags["include-partial-messages"] === true,
    replay: flags["replay-user-messages"] === true,
    agentText: flags["forward-subagent-text"] === true,
    ...(flags["verbose"] === true && { hooks: "start" as const }),
    ...(flags["include-hook-events"] === true && { hooks: "all" as const }),
  });
  return {
    lines,
    async begin(session) {
      lines.begin(await initLine(kernel, session), session.id);
    },
    take: (event) => lines.take(event),
    takeOfAgent: (event, agent) => lines.takeOfAgent(event, agent),
    async end(finished) {
      lines.write(await resultLine(kernel, finished));
    },
  };
}
