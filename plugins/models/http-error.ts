/** A request that failed below HTTP's own statuses. `code` is the system's, or one of ours beginning with ERR_. */
export class HttpError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = code === "ABORT_ERR" ? "AbortError" : "HttpError";
    this.code = code;
  }

  /** Without the message: provider SDKs search this text for "timeout" and then throw away the cause. */
  override toString(): string {
    return "HttpError";
  }
}
