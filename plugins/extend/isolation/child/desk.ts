import type { JsonObject } from "../../../../schemas/json.js";
import type { Asked, FromChild, Told, WireError } from "../protocol.js";

type Fn = (...args: never[]) => unknown;

/** A function nacre can call, and what it is called on. */
export interface Callable {
  readonly kind: string;
  readonly member: string;
  readonly fn: Fn;
  readonly self: object;
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** What goes out of the process: functions by number, questions, news. */
export class Desk {
  readonly #send: (message: FromChild) => void;
  readonly #callables = new Map<number, Callable>();
  readonly #waiting = new Map<number, Waiting>();
  #asked = 0;

  constructor(send: (message: FromChild) => void) {
    this.#send = send;
  }

  send(message: FromChild): void {
    this.#send(message);
  }

  register(callable: Callable): number {
    const number = this.#callables.size + 1;
    this.#callables.set(number, callable);
    return number;
  }

  callable(number: number): Callable {
    const found = this.#callables.get(number);
    if (!found) throw new Error(`There is no function ${number} here.`);
    return found;
  }

  /** `of`: the session, or the call that it belongs to. */
  ask(what: Asked, of: string, args: JsonObject): Promise<unknown> {
    const id = ++this.#asked;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#send({ do: "ask", id, what, of, args });
    });
  }

  tell(what: Told, of: string, args: JsonObject): void {
    this.#send({ do: "tell", what, of, args });
  }

  settle(id: number, value: unknown, error: WireError | undefined): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error) waiting?.reject(errorFrom(error));
    else waiting?.resolve(value);
  }
}

function errorFrom({ message, user }: WireError): Error {
  const error = new Error(message);
  if (user) error.name = "UserError";
  return error;
}

/** What was thrown, as it can be sent. */
export function wireError(thrown: unknown): WireError {
  if (!(thrown instanceof Error)) return { message: String(thrown).slice(0, 4000) };
  const { message, name } = thrown;
  const denied = (thrown as { readonly code?: unknown }).code === "ERR_ACCESS_DENIED" ? deniedWhat(thrown) : "";
  return { message: `${message.slice(0, 4000)}${denied}`, ...(name === "UserError" && { user: true }) };
}

/** What Node's permission flags refused. */
function deniedWhat(error: Error): string {
  const { permission, resource } = error as { readonly permission?: string; readonly resource?: string };
  const what = [permission, resource].filter((one) => one !== undefined && one !== "").join(" ");
  return ` (${what === "" ? "" : `${what}: `}not granted to this plugin; see "capabilities" in docs/plugins.md)`;
}
