import { lstatSync } from "node:fs";
import { basename } from "node:path";
import { UserError } from "../../../schemas/errors.js";
import { isObject, type JsonObject } from "../../../schemas/json.js";
import { oneLine, printable } from "../../../schemas/printable.js";
import { readLines } from "./read-lines.js";
import type { Shelf } from "./shelf.js";

export interface Wanted {
  /** Id of a session, or its beginning. */
  readonly session?: string;
  /** Milliseconds since 1970. */
  readonly since?: number;
}

/** Records of the log, oldest file first. Lines that cannot be read are left out: `verify` names them. */
export function* recordsOf(shelf: Shelf, { session, since }: Wanted): Generator<JsonObject> {
  for (const path of shelf.files()) {
    for (const { text } of linesOf(path)) {
      const record = parsed(text);
      if (!record) continue;
      if (session !== undefined && !String(record["session"]).startsWith(session)) {
        if (!basename(path).includes(`-${session}`)) continue;
      }
      if (since !== undefined && !(Date.parse(String(record["at"])) >= since)) continue;
      yield record;
    }
  }
}

/** None of what cannot be read. */
function linesOf(path: string): readonly { readonly text: string }[] | ReturnType<typeof readLines> {
  try {
    return lstatSync(path).isFile() ? readLines(path) : [];
  } catch {
    return [];
  }
}

function parsed(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}

const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** The time that a person writes: a date, a date with a time, or how long ago. Throws a UserError. */
export function timeOf(given: string, now: number): number {
  const [, amount, unit] = /^(\d{1,6})([mhd])$/.exec(given) ?? [];
  if (amount !== undefined) return now - Number(amount) * UNITS[unit as keyof typeof UNITS];
  const time = /^\d{4}-\d\d-\d\d/.test(given) ? Date.parse(given) : Number.NaN;
  if (Number.isNaN(time)) {
    throw new UserError(`--since takes a time such as 2026-11-21, 2026-11-21T08:00, 7d, 3h or 30m, not "${given}".`);
  }
  return time;
}

/** One line for people. */
export function recordText(record: JsonObject): string {
  const { at, session, type } = record;
  const time = String(at).slice(0, 19).replace("T", " ");
  const kind = oneLine(String(type), 10).padEnd(8);
  return `${time}  ${printable(String(session)).slice(0, 8)}  ${kind}  ${oneLine(about(record), 200)}`;
}

function about(record: JsonObject): string {
  const text = (key: string): string => (record[key] === undefined ? "" : String(record[key]));
  const decision = isObject(record["decision"]) ? record["decision"] : {};
  const because = [decision["behavior"], decision["rule"], decision["origin"], decision["by"]]
    .filter(Boolean)
    .join(", ");
  switch (record["type"]) {
    case "start":
      return `${text("source")} in ${text("root")} with ${text("model")} (${text("provider")})`;
    case "prompt":
      return `${text("origin")}: ${text("text")}`;
    case "call":
      return `${text("tool")} ${JSON.stringify(record["input"])} (${because})`;
    case "refusal":
      return `${text("tool")} (${because}): ${String(decision["reason"] ?? "")}`;
    case "result":
      return `${text("tool")} ${record["isError"] === true ? "failed" : "done"}, ${text("chars")} characters, ${text("ms")} ms`;
    case "settings":
      return (record["layers"] as readonly JsonObject[]).map((layer) => String(layer["source"])).join(", ");
    case "end":
      return `${text("reason")}, ${text("turns")} model calls`;
    default: {
      const { at: _a, session: _s, type: _t, hash: _h, prev: _p, seq: _q, ...rest } = record;
      return JSON.stringify(rest);
    }
  }
}
