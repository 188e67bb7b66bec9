import type { Message } from "../../../schemas/message.js";
import { messageJson } from "./message-json.js";

const FIRST_SEGMENT = 16 << 10;
const LARGEST_SEGMENT = 1 << 20;

const written = new WeakMap<Message, Prefix>();

/**
 * The first `count` messages of a conversation as JSON without the brackets around, in pieces to be sent one after
 * the other. A conversation is known by its first message; each message is serialised once and held as bytes for
 * as long as the conversation lives.
 */
export function prefixOf(messages: readonly Message[], count: number): readonly Uint8Array[] {
  const first = messages[0];
  if (!first || count === 0) return [];
  let prefix = written.get(first);
  const same = prefix?.agrees(messages, count) ?? 0;
  if (!prefix || (same < count && same < prefix.length)) {
    prefix = new Prefix(prefix, same);
    written.set(first, prefix);
  }
  for (let i = same; i < count; i++) prefix.append(messages[i] as Message);
  return prefix.bytes(count);
}

/** Bytes once written are never changed: a request that is still being sent may hold them. */
class Prefix {
  private readonly messages: Message[];
  /** Where each message ends, counted over all segments. */
  private readonly ends: number[];
  private readonly segments: Uint8Array[];
  private current: Buffer = Buffer.alloc(0);
  private used = 0;

  constructor(from?: Prefix, count: number = 0) {
    this.messages = from?.messages.slice(0, count) ?? [];
    this.ends = from?.ends.slice(0, count) ?? [];
    this.segments = from?.bytes(count) ?? [];
  }

  get length(): number {
    return this.messages.length;
  }

  /** How many of the first `count` messages are those held. */
  agrees(messages: readonly Message[], count: number): number {
    const most = Math.min(count, this.messages.length);
    for (let i = 0; i < most; i++) if (this.messages[i] !== messages[i]) return i;
    return most;
  }

  append(message: Message): void {
    const json = messageJson(message);
    const end = this.ends.at(-1) ?? 0;
    const text = json && end > 0 ? `,${json}` : json;
    const size = Buffer.byteLength(text);
    if (this.used + size > this.current.length) this.open(size, end);
    this.used += this.current.write(text, this.used);
    this.messages.push(message);
    this.ends.push(end + size);
  }

  bytes(count: number): Uint8Array[] {
    const bytes: Uint8Array[] = [];
    let rest = this.ends[count - 1] ?? 0;
    for (const segment of [...this.segments, this.current.subarray(0, this.used)]) {
      if (rest === 0) break;
      const part = segment.length > rest ? segment.subarray(0, rest) : segment;
      bytes.push(part);
      rest -= part.length;
    }
    return bytes;
  }

  private open(size: number, total: number): void {
    if (this.used > 0) this.segments.push(this.current.subarray(0, this.used));
    const usual = Math.min(LARGEST_SEGMENT, Math.max(FIRST_SEGMENT, total));
    this.current = Buffer.allocUnsafeSlow(Math.max(size, usual));
    this.used = 0;
  }
}
