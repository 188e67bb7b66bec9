import { Socket } from "node:net";
import { Lines } from "../lines.js";
import { MOST_BYTES, type FromChild, type ToChild } from "../protocol.js";

/** Where nacre has put its end of the pipe. */
const PIPE = 3;

/** The way to nacre. The process ends with it. */
export class Pipe {
  readonly #socket: Socket = new Socket({ fd: PIPE, readable: true, writable: true });

  constructor(take: (message: ToChild) => void) {
    const end = (): never => process.exit(0);
    const lines = new Lines(MOST_BYTES, (line) => take(JSON.parse(line) as ToChild), end);
    this.#socket.on("data", (chunk) => lines.push(chunk));
    this.#socket.on("end", end).on("close", end).on("error", end);
  }

  /** Throws for what is no JSON, or too much. */
  send(message: FromChild): void {
    const text = JSON.stringify(message);
    if (text.length > MOST_BYTES)
      throw new RangeError("A message of more than 16 MB cannot leave the plugin's process.");
    this.#socket.write(`${text}\n`);
  }
}
