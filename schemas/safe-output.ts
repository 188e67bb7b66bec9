import type { Io } from "./front.js";
import { sanitize } from "./printable.js";
import { redact } from "./redact.js";

type Output = NodeJS.WritableStream & { readonly isTTY?: boolean };

const BEHIND = new WeakMap<object, Output | Io>();

/**
 * The standard streams as plugins are handed them: nothing steers a terminal or names a key, whoever forgot to look.
 * Standard output that is no terminal carries data and stays as it is.
 */
export function safeIo(io: Io): Io {
  let stdout: Io["stdout"] | undefined;
  let stderr: Io["stderr"] | undefined;
  const safe: Io = {
    get stdin() {
      return io.stdin;
    },
    get stdout() {
      return (stdout ??= io.stdout.isTTY ? safeOutput(io.stdout) : io.stdout);
    },
    get stderr() {
      return (stderr ??= safeOutput(io.stderr));
    },
  };
  BEHIND.set(safe, io);
  return safe;
}

/** The stream behind one of `safeIo`, for who draws: what is written there has to be sanitised before. Or what is behind all of them. */
export function unguarded<T extends Output | Io>(guarded: T): T {
  return (BEHIND.get(guarded) as T | undefined) ?? guarded;
}

/** A sentence about something that went wrong, as it may be shown and logged. */
export function safeText(text: string): string {
  return sanitize(redact(text), { colour: "keep" });
}

function safeOutput<T extends Output>(stream: T): T {
  const clean = (chunk: unknown): unknown =>
    typeof chunk === "string"
      ? safeText(chunk)
      : chunk instanceof Uint8Array
        ? safeText(String(Buffer.from(chunk)))
        : chunk;
  const guarded = new Proxy(stream, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== "function") return value;
      const call = value as (...args: readonly unknown[]) => unknown;
      if (key !== "write" && key !== "end") return call.bind(target);
      return (chunk: unknown, ...rest: readonly unknown[]) => call.call(target, clean(chunk), ...rest);
    },
  });
  BEHIND.set(guarded, stream);
  return guarded;
}
