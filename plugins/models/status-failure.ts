import type { ModelError } from "../../schemas/provider.js";
import { Failure, hostOf, sentence, type Endpoint } from "./failure.js";

/** An answer that is an error: by HTTP status, or inside a stream. */
export interface StatusError {
  readonly status: number;
  readonly message: string;
  /** The server's own word for it: "overloaded_error", "insufficient_quota". */
  readonly type?: string;
  readonly retryAfterMs?: number | undefined;
}

const RETRYABLE = new Set([408, 409, 429, 500, 502, 503, 504, 529]);
const OVERFLOW =
  /prompt is too long|context[ _](length|window|size)|maximum context|too many (input )?tokens|exceeds? the .*context/i;
const BILLING = /credit balance|insufficient_quota|billing|payment|out of credits?|exceeded your current quota/i;

function kindOf({ status, message, type = "" }: StatusError): ModelError["kind"] {
  if (status === 402 || ((status === 400 || status === 429 || status === 403) && BILLING.test(`${type} ${message}`)))
    return "billing";
  if (status === 401 || status === 403) return "auth";
  if (status === 413 || (status >= 400 && status < 500 && status !== 429 && OVERFLOW.test(`${type} ${message}`)))
    return "context_overflow";
  if (status === 429) return "rate_limit";
  if (status === 529 || status === 503) return "overloaded";
  if (status >= 500 || status === 408 || status === 409) return "server";
  return "invalid_request";
}

/** What a person can do about it; empty where waiting is all there is. */
function remedyFor(kind: ModelError["kind"], status: number, endpoint: Endpoint): string {
  if (kind === "auth") return endpoint.keyName ? `: check ${endpoint.keyName}` : "";
  if (kind === "billing") return ": the account has no credit left";
  if (kind === "context_overflow") return ": the conversation is too long for the model";
  if (status === 404) return `: check the model's name and ${endpoint.urlName}`;
  return "";
}

/** The Failure of an error answer. Out of credit and a full context are never retried. */
export function statusFailure(error: StatusError, endpoint: Endpoint): Failure {
  const kind = kindOf(error);
  const detail = [error.status, error.type, sentence(error.message)].filter(Boolean).join(" ");
  const message = `${endpoint.name} at ${hostOf(endpoint)} answered ${detail}${remedyFor(kind, error.status, endpoint)}`;
  const retryable = RETRYABLE.has(error.status) && kind !== "billing" && kind !== "context_overflow";
  return new Failure(
    { kind, message, status: error.status },
    { retryable, ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }) },
  );
}
