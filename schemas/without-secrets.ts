import type { TurnEvent } from "./event.js";
import { knowsAny, redact, withoutKnown } from "./redact.js";
import { withTexts } from "./with-texts.js";

/**
 * An event as everybody may see and keep it, the model included: without the values that are known as secrets. What a
 * provider has signed stays as it is, byte for byte. Pieces of an answer pass as they come: the model does not know
 * what it never read. Notices are written by whoever had trouble, so they lose what has the shape of a key as well.
 */
export function withoutSecrets<E extends TurnEvent>(event: E): E {
  if (event.type === "chunk") return event;
  if (event.type === "notice") return withTexts(event, redact) as E;
  return knowsAny() ? (withTexts(event, withoutKnown, isSigned) as E) : event;
}

/** Blocks that only their own provider reads, and bytes of pictures. */
function isSigned(value: object): boolean {
  const { type } = value as { readonly type?: unknown };
  return type === "thinking" || type === "redacted_thinking" || type === "base64";
}
