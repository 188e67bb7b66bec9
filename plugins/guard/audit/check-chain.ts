import { isObject, type JsonObject } from "../../../schemas/json.js";
import { canonical, sha256 } from "./canonical.js";
import { BEGINNING, type Head } from "./chain.js";
import { readLines } from "./read-lines.js";

/** How a chain was broken. */
export type Break = "changed" | "removed" | "moved" | "truncated" | "unknown";

export interface Fault {
  readonly kind: Break;
  /** The first line that is not as it was written, from 1. */
  readonly line: number;
  readonly message: string;
}

export interface Checked {
  readonly head: Head;
  readonly fault?: Fault;
  /** The last line was cut while it was being written. */
  readonly cut?: true;
}

/**
 * Follows a chain from its first line to its last. `known` is where it ended when it was last written to; lines beyond
 * that are fine as long as they follow. `onRecord` gets every record up to the first fault. Throws what the file system says.
 */
export function checkChain(path: string, known: readonly Head[], onRecord?: (record: JsonObject) => void): Checked {
  let head: Head = { lines: 0, hash: BEGINNING };
  for (const { text, whole } of readLines(path)) {
    const line = head.lines + 1;
    if (!whole && known.every(({ lines }) => lines < line)) return { ...endedEarly(head, known), cut: true };
    const record = whole ? recordIn(text) : undefined;
    if (!record) return { head, fault: { kind: "changed", line, message: "it is not as it was written" } };
    const fault = linkFault(record, head, path);
    if (fault) return { head, fault };
    head = { lines: line, hash: String(record["hash"]) };
    const other = known.find(({ lines, hash }) => lines === line && hash !== head.hash);
    if (other) return { head, fault: { kind: "changed", line, message: "another line was written here" } };
    onRecord?.(record);
  }
  return endedEarly(head, known);
}

function endedEarly(head: Head, known: readonly Head[]): Checked {
  const most = Math.max(0, ...known.map(({ lines }) => lines));
  if (most <= head.lines) return { head };
  const missing = most - head.lines;
  const message = `${missing} ${missing === 1 ? "line is" : "lines are"} missing at the end`;
  return { head, fault: { kind: "truncated", line: head.lines + 1, message } };
}

/** The record of a line that is, byte for byte, what was written. */
function recordIn(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (!isObject(value)) return undefined;
    const { hash, ...rest } = value;
    return canonical(value) === text && hash === sha256(canonical(rest)) ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}

function linkFault({ seq, prev }: JsonObject, { lines, hash }: Head, path: string): Fault | undefined {
  const line = lines + 1;
  if (seq === line && prev === hash) return undefined;
  if (typeof seq !== "number" || seq === line) {
    return { kind: "changed", line, message: "it does not follow the line before" };
  }
  if (seq > line && !holds(path, line)) {
    const missing = seq - line;
    return {
      kind: "removed",
      line,
      message: `${missing} ${missing === 1 ? "line is" : "lines are"} missing before it`,
    };
  }
  return { kind: "moved", line, message: `it was written as line ${seq}` };
}

/** Whether the line with this number stands somewhere in the file. */
function holds(path: string, seq: number): boolean {
  for (const { text } of readLines(path)) if (recordIn(text)?.["seq"] === seq) return true;
  return false;
}
