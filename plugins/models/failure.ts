import { messageOf } from "../../schemas/errors.js";
import { isObject } from "../../schemas/json.js";
import type { ModelError } from "../../schemas/provider.js";
import { redact } from "../../schemas/redact.js";
import { HttpError } from "./http-error.js";
import type { LightHeaders } from "./light-headers.js";

/** The server a provider speaks to, as its messages name it. */
export interface Endpoint {
  /** For people: "Anthropic". */
  readonly name: string;
  /** Where requests go. */
  readonly url: string;
  /** What to set when the key is refused: "ANTHROPIC_API_KEY". Absent for servers without keys. */
  readonly keyName?: string;
  /** What to set when the address is wrong: "ANTHROPIC_BASE_URL". */
  readonly urlName: string;
}

export interface FailureDetails {
  readonly retryable: boolean;
  /** The server asked for at least this wait. */
  readonly retryAfterMs?: number;
  /** Fewer tries than usual: repeating will most likely not help. */
  readonly maxTries?: number;
}

/** A failed attempt at an answer: what to tell, and whether another attempt makes sense. */
export class Failure extends Error {
  readonly error: ModelError;
  readonly details: FailureDetails;

  constructor(error: ModelError, details: FailureDetails) {
    super(error.message);
    this.name = "Failure";
    this.error = error;
    this.details = details;
  }

  /** Without the message: provider SDKs search this text for "timeout" and then throw away the cause. */
  override toString(): string {
    return "Failure";
  }
}

/** "host:port" of an endpoint. */
export function hostOf(endpoint: Endpoint): string {
  const { hostname, port, protocol } = new URL(endpoint.url);
  return `${hostname}:${port || (protocol === "https:" ? "443" : "80")}`;
}

/** One line of at most 400 characters without keys, from the words of a server. */
export function sentence(text: string): string {
  const line = redact(text.slice(0, 4_000)).replaceAll(/\s+/g, " ").trim();
  return line.length > 400 ? `${line.slice(0, 400)}...` : line;
}

/** `Retry-After` in milliseconds: seconds, or a date. */
export function retryAfter(headers: LightHeaders, now: number = Date.now()): number | undefined {
  const value = headers.get("retry-after");
  if (!value) return undefined;
  const seconds = Number(value);
  const ms = Number.isNaN(seconds) ? Date.parse(value) - now : seconds * 1000;
  return ms > 0 ? ms : undefined;
}

/** The words of an error body: `{error: {message}}`, `{error: "..."}`, `{message}` or plain text. */
export function detailOf(body: string): { readonly message: string; readonly type?: string } {
  let data: unknown;
  try {
    data = JSON.parse(body);
  } catch {
    return { message: body.trimStart().startsWith("<") ? "" : body };
  }
  const error = isObject(data) && data["error"] ? data["error"] : data;
  if (!isObject(error)) return { message: typeof error === "string" ? error : "" };
  const { message, type, code } = error;
  const kind = typeof code === "string" ? code : type;
  return {
    message: typeof message === "string" ? message : "",
    ...(typeof kind === "string" ? { type: kind } : {}),
  };
}

const TLS = /^(CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH|EPROTO|CRL_)/;
const UNKNOWN_AUTHORITY = /^(UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO)/;
/** Nobody is there: an unknown name, a closed port. */
const ABSENT = new Set(["ECONNREFUSED", "ENOTFOUND"]);
const ABSENT_TRIES = 4;

/** Whatever an attempt threw, as a Failure. Looks through the wrappers of provider SDKs. */
export function failureOf(thrown: unknown, endpoint: Endpoint): Failure {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    if (error instanceof Failure) return error;
    if (error instanceof HttpError) return connectionFailure(error, endpoint);
  }
  const message = `${endpoint.name} at ${hostOf(endpoint)}: ${sentence(messageOf(thrown))}`;
  return new Failure({ kind: "malformed", message }, { retryable: thrown instanceof SyntaxError });
}

function connectionFailure({ code, message }: HttpError, endpoint: Endpoint): Failure {
  const where = `${endpoint.name} at ${hostOf(endpoint)}`;
  const failed = (text: string, details: FailureDetails, kind: ModelError["kind"] = "connection"): Failure =>
    new Failure({ kind, message: sentence(text) }, details);
  switch (code) {
    case "ABORT_ERR":
      return failed("aborted", { retryable: false }, "aborted");
    case "ERR_CUT":
      return cutFailure(endpoint);
    case "ERR_REDIRECT":
      return failed(
        `${where} redirects to ${message}, and a key never follows a redirect: set ${endpoint.urlName} to the final address`,
        { retryable: false },
        "config",
      );
    case "ERR_ENCODING":
      return failed(
        `${where} answered in the encoding ${message}, which was not asked for`,
        { retryable: false },
        "malformed",
      );
    case "ERR_TOO_LONG":
      return failed(`${where}: ${message}`, { retryable: true, maxTries: 2 }, "malformed");
    case "ERR_INVALID_CHAR":
      return failed(
        `${endpoint.keyName ?? "a header"} holds a character that cannot be sent`,
        { retryable: false },
        "config",
      );
    case "ECONNRESET":
    case "EPIPE":
      return failed(`${where} closed the connection before it answered (${code})`, { retryable: true });
    case "ERR_CONNECT_TIMEOUT":
    case "ERR_HEADERS_TIMEOUT":
    case "ERR_IDLE":
      return failed(`${where} does not answer (${message})`, { retryable: true });
    default:
  }
  if (code.startsWith("HPE_"))
    return malformedFailure(endpoint, `is not proper HTTP (${code}): check ${endpoint.urlName}`, false);
  if (TLS.test(code)) {
    const authority = UNKNOWN_AUTHORITY.test(code) ? ": name its authority's file in NODE_EXTRA_CA_CERTS" : "";
    return failed(`no secure connection to ${where} (${code}): ${message}${authority}`, { retryable: false });
  }
  const remedy = `check the network and ${endpoint.urlName}`;
  return failed(`cannot reach ${where} (${code}): ${remedy}`, {
    retryable: true,
    ...(ABSENT.has(code) ? { maxTries: ABSENT_TRIES } : {}),
  });
}

/** An answer cut off before its end marker. */
export function cutFailure(endpoint: Endpoint): Failure {
  const message = `${endpoint.name} at ${hostOf(endpoint)} cut the answer off before its end`;
  return new Failure({ kind: "connection", message }, { retryable: true });
}

/** An answer that breaks its own protocol; `what` completes "the answer of X ...". */
export function malformedFailure(endpoint: Endpoint, what: string, retryable: boolean = true): Failure {
  const message = redact(`the answer of ${endpoint.name} at ${hostOf(endpoint)} ${what}`);
  return new Failure({ kind: "malformed", message }, { retryable });
}

/** What reading an answer gives; an Error about its protocol ("has ...") becomes a Failure. */
export function kept<T>(endpoint: Endpoint, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof Failure ? error : malformedFailure(endpoint, messageOf(error));
  }
}
