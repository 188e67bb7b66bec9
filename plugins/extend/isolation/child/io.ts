import { Readable, Writable } from "node:stream";
import type { JsonObject } from "../../../../schemas/json.js";
import type { Desk } from "./desk.js";
import type { Refusals } from "./refusal.js";

/** The standard streams of nacre, for a subcommand: what is written goes across the pipe, nothing can be read. */
export function ioOf(
  { desk, refusals }: { readonly desk: Desk; readonly refusals: Refusals },
  call: number,
  { stdout, stderr, columns }: JsonObject,
): object {
  const writable = (name: string, isTTY: unknown): Writable => {
    const stream = new Writable({
      decodeStrings: false,
      write(chunk: unknown, _encoding, done) {
        desk.ask("write", String(call), { stream: name, text: String(chunk) }).then(() => done(), done);
      },
    });
    return Object.assign(stream, { isTTY: isTTY === true, ...(isTTY === true && { columns }) });
  };
  const stdin = new Readable({
    read() {
      this.destroy(refusals.error("read standard input"));
    },
  });
  return { stdin, stdout: writable("stdout", stdout), stderr: writable("stderr", stderr) };
}
