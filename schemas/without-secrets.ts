import type { TurnEvent } from "./event.js";
import { knowsAny, redact, withoutKnown } from "./redact.js";

/** Deeper than this nothing is looked at. */
const DEEPEST = 32;

/**
 * An event as everybody may see and keep it, the model included: without the values that are known as secrets. What a
 * provider has signed stays as it is, byte for byte. Pieces of an answer pass as they come: the model does not know
 * what it never read. Notices are written by whoever had trouble, so they lose what has the shape of a key as well.
 */
export function withoutSecrets<E extends TurnEvent>(event: E): E {
  if (event.type === "chunk") return event;
  const clean = event.type === "notice" ? redact : withoutKnown;
  return event.type === "notice" || knowsAny() ? (cleaned(event, clean, 0) as E) : event;
}

/** The same value where nothing was found in it. */
function cleaned(value: unknown, clean: (text: string) => string, depth: number): unknown {
  if (typeof value === "string") return clean(value);
  if (typeof value !== "object" || value === null || depth > DEEPEST) return value;
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => cleaned(item, clean, depth + 1));
    return items.some((item, at) => item !== value[at]) ? items : value;
  }
  const isPlain = Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null;
  if (!isPlain || isSigned(value)) return value;
  let copy: Record<string, unknown> | undefined;
  for (const [key, item] of Object.entries(value)) {
    const safe = cleaned(item, clean, depth + 1);
    if (safe === item) continue;
    Object.defineProperty((copy ??= { ...value }), key, { value: safe, enumerable: true, writable: true });
  }
  return copy ?? value;
}

/** Blocks that only their own provider reads, and bytes of pictures. */
function isSigned(value: object): boolean {
  const { type } = value as { readonly type?: unknown };
  return type === "thinking" || type === "redacted_thinking" || type === "base64";
}
