import type { KernelView } from "../../../core/types.js";
import type { Invocation } from "../../../schemas/front.js";
import { sanitize } from "../../../schemas/printable.js";
import type { Output } from "./output.js";
import type { Report } from "./report.js";

/** The report of the format that was asked for. What a format needs is imported only for it. */
export async function reportFor(kernel: KernelView, output: Output, invocation: Invocation): Promise<Report> {
  const format = invocation.flags["output-format"];
  if (format === "json") return (await import("./json-report.js")).jsonReport(kernel, output);
  if (format === "stream-json") {
    return (await import("./stream-report.js")).streamReport(kernel, output, invocation.flags);
  }
  return textReport(output, invocation);
}

/** The final text and nothing else. What went wrong goes to standard error. */
function textReport(output: Output, { io }: Invocation): Report {
  return {
    begin: () => Promise.resolve(),
    end({ outcome, structured, tally, end, session }) {
      const text = structured === undefined ? outcome.text : JSON.stringify(structured, undefined, 2);
      if (outcome.isError) io.stderr.write(`Error: ${sanitize(outcome.text)}\n`);
      else if (text !== "") {
        const shown = io.stdout.isTTY ? sanitize(text) : text;
        output.write(shown.endsWith("\n") ? shown : `${shown}\n`);
      }
      if (end.reason === "deferred") {
        const how = `nacre -p --resume ${session.id}`;
        io.stderr.write(`nacre: ${session.putOff?.name ?? "a call"} was put off; ${how} takes it up again.\n`);
      } else if (tally.unattended) {
        const names = [...new Set(tally.denials.map((denial) => denial.tool_name))].join(", ");
        io.stderr.write(`nacre: ${names}: refused, as nobody could be asked; allow it with --allowed-tools.\n`);
      }
      return Promise.resolve();
    },
  };
}
