import { createHash } from "node:crypto";
import type { Message } from "../../../schemas/message.js";
import type { ModelRequest } from "../../../schemas/provider.js";
import type { Head } from "./recording.js";

/** A request in the form in which two of them are compared. */
export interface Fingerprint {
  readonly digest: string;
  /** Of each message. */
  readonly digests: readonly string[];
  readonly head: string;
  /** The canonical text of one message. */
  message(place: number): string;
}

interface Known {
  readonly text: string;
  readonly digest: string;
}

/**
 * Makes fingerprints. `clean` takes out of JSON text what must not count. A message never changes, so each is written
 * out and hashed once, however many requests carry it.
 */
export class Fingerprints {
  readonly #clean: (json: string) => string;
  readonly #known = new WeakMap<Message, Known>();

  constructor(clean: (json: string) => string) {
    this.#clean = clean;
  }

  of(request: ModelRequest): Fingerprint {
    const { model, system, tools, maxTokens, thinkingTokens } = request;
    const plain: Head = { model, system, tools, maxTokens, ...(thinkingTokens !== undefined && { thinkingTokens }) };
    const head = this.#clean(canonical(plain));
    const known = request.messages.map((message) => this.#message(message));
    const digests = known.map((one) => one.digest);
    return { digest: sha256(head + digests.join("")), digests, head, message: (place) => known[place]?.text ?? "null" };
  }

  #message(message: Message): Known {
    let known = this.#known.get(message);
    if (!known) {
      const text = this.#clean(canonical(message));
      this.#known.set(message, (known = { text, digest: sha256(text) }));
    }
    return known;
  }
}

/** JSON with the keys of every object in alphabetical order. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner !== "object" || inner === null || Array.isArray(inner)) return inner;
    const entries = Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(entries);
  });
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}
