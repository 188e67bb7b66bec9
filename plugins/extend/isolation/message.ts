import * as z from "zod/mini";
import { DEEPEST, jsonDepth } from "../../../schemas/json-depth.js";
import type { FromChild } from "./protocol.js";

const TEXT = 64 * 1024;
const id = z.int().check(z.nonnegative(), z.maximum(Number.MAX_SAFE_INTEGER));
const name = z.string().check(z.minLength(1), z.maxLength(256));
const text = z.string().check(z.maxLength(TEXT));
const table = z.record(z.string(), z.unknown());
const error = z.optional(z.object({ message: text, user: z.optional(z.boolean()) }));

const message = z.discriminatedUnion("do", [
  z.object({ do: z.literal("add"), kind: name, item: table, fns: z.record(z.string(), id) }),
  z.object({ do: z.literal("tap"), point: name, fn: id, options: table }),
  z.object({ do: z.literal("answer"), id, value: z.optional(z.unknown()), error }),
  z.object({ do: z.literal("piece"), id, value: z.unknown() }),
  z.object({ do: z.literal("ask"), id, what: z.enum(["use", "next", "write"]), of: name, args: table }),
  z.object({ do: z.literal("tell"), what: z.enum(["notice", "progress", "failed"]), of: name, args: table }),
  z.object({ do: z.literal("pong"), id, memory: z.number() }),
]);

/** Reads one line of a plugin's process. undefined: it is no message. Keys that would reach a prototype are left out. */
export function messageIn(line: string): FromChild | undefined {
  try {
    if (line.length > DEEPEST && jsonDepth(line) > DEEPEST) return undefined;
    // Looked for first: a reviver makes reading a long message ten times as slow.
    const isPlain = !line.includes("__proto__") && !line.includes("\\u00");
    const value: unknown = isPlain ? JSON.parse(line) : JSON.parse(line, withoutPrototype);
    const found = message.safeParse(value);
    return found.success ? (found.data as FromChild) : undefined;
  } catch {
    return undefined;
  }
}

function withoutPrototype(this: unknown, key: string, value: unknown): unknown {
  return key === "__proto__" ? undefined : value;
}
