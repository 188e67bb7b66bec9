import type { KernelView } from "../../../core/types.js";
import type { Output } from "./output.js";
import type { Report } from "./report.js";
import { resultLine } from "./result-line.js";
import { jsonText } from "../../../schemas/json-text.js";

/** One result object at the end. */
export function jsonReport(kernel: KernelView, output: Output): Report {
  return {
    begin: () => Promise.resolve(),
    async end(finished) {
      output.write(`${jsonText(await resultLine(kernel, finished))}\n`);
    },
  };
}
