import { isObject, type JsonObject } from "../../../schemas/json.js";

/** What became of a question to the client: its answer, its error, or why none came. */
export type Reply =
  | { readonly is: "answer"; readonly value: JsonObject }
  | { readonly is: "error"; readonly message: string }
  | { readonly is: "gone" | "aborted" | "late" };

interface Waiting {
  settle(reply: Reply): void;
}

export interface AskOptions {
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds; no limit otherwise. */
  readonly timeout?: number | undefined;
}

/** The program at the other end of the pipe: questions to it, and what it answers. */
export class Client {
  readonly #write: (line: object) => void;
  readonly #freshId: () => string;
  readonly #waiting = new Map<string, Waiting>();
  #gone = false;

  constructor(write: (line: object) => void, freshId: () => string) {
    this.#write = write;
    this.#freshId = freshId;
  }

  /** Asks the client. Never rejects: a question that will not be answered says why. */
  ask(request: object, { signal, timeout }: AskOptions = {}): Promise<Reply> {
    const id = this.#freshId();
    if (signal?.aborted) return Promise.resolve({ is: "aborted" });
    if (!this.#gone) this.#write({ type: "control_request", request_id: id, request });
    if (this.#gone) return Promise.resolve({ is: "gone" });
    return new Promise((resolve) => {
      const settle = (reply: Reply): void => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", abort);
        this.#waiting.delete(id);
        resolve(reply);
      };
      const withdraw = (is: "aborted" | "late"): void => {
        this.#write({ type: "control_cancel_request", request_id: id });
        settle({ is });
      };
      const abort = (): void => withdraw("aborted");
      const timer = timeout === undefined ? undefined : setTimeout(() => withdraw("late"), timeout);
      signal?.addEventListener("abort", abort, { once: true });
      this.#waiting.set(id, { settle });
    });
  }

  /** Takes the `response` of a `control_response` line. False when nobody waits for it. */
  settle(response: JsonObject): boolean {
    const waiting = this.#waiting.get(String(response["request_id"]));
    if (!waiting) return false;
    if (response["subtype"] === "success") {
      const value = response["response"];
      waiting.settle({ is: "answer", value: isObject(value) ? value : {} });
    } else waiting.settle({ is: "error", message: String(response["error"] ?? "unknown error") });
    return true;
  }

  /** Answers a request of the client. */
  succeed(id: string, response: object): void {
    this.#write({ type: "control_response", response: { subtype: "success", request_id: id, response } });
  }

  fail(id: string, error: string): void {
    this.#write({ type: "control_response", response: { subtype: "error", request_id: id, error } });
  }

  /** The client can no longer answer. */
  close(): void {
    this.#gone = true;
    for (const waiting of this.#waiting.values()) waiting.settle({ is: "gone" });
  }
}
