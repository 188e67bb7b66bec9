import type { Child } from "./child.js";
import type { Outcome } from "./work.js";

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** How a model is told of the end of an agent it does not wait for. */
export function noticeText({ id, task }: Child, { state, text, usage, ms }: Outcome): string {
  const input = usage.input + usage.cacheRead + usage.cacheWrite;
  return [
    `<task-notice task="${id}" worker="${escaped(task.type.name)}" state="${state}"`,
    `             input-tokens="${input}" output-tokens="${usage.output}" milliseconds="${ms}">`,
    `  <summary>${escaped(task.description)}</summary>`,
    `  <result>${escaped(text)}</result>`,
    "</task-notice>",
  ].join("\n");
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => ESCAPES[sign]!);
}
