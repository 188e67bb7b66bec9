import { Agent, request, type ClientRequest, type IncomingMessage, type RequestOptions } from "node:http";
import type * as Https from "node:https";
import { codeOf, messageOf } from "../../schemas/errors.js";
import { HttpBody } from "./http-body.js";
import { HttpError } from "./http-error.js";
import { LightHeaders, type HeaderSource } from "./light-headers.js";

/** What may be sent: text, bytes, or a list of bytes that is sent without being joined. */
export type HttpPayload = string | Uint8Array | readonly Uint8Array[];

/** The part of `RequestInit` that is understood. Everything else in it is ignored. */
export interface HttpInit {
  readonly method?: string;
  readonly headers?: HeaderSource | null;
  readonly body?: HttpPayload | null;
  readonly signal?: AbortSignal | null;
}

/** The part of `Response` that provider SDKs and our own readers use. */
export interface HttpResponse {
  readonly ok: boolean;
  readonly status: number;
  readonly statusText: string;
  readonly url: string;
  readonly redirected: false;
  readonly headers: LightHeaders;
  readonly body: HttpBody;
  /** Of an error answer, the first megabyte. */
  text(): Promise<string>;
  json(): Promise<unknown>;
  cancel(): void;
}

const STREAM_LIMIT = 64 << 20;
const ERROR_LIMIT = 1 << 20;
const CONNECT_MS = 20_000;
/** A local server may have to load a model before its first byte. */
const HEADERS_MS = 300_000;
const TEXT_MS = 30_000;
/** Kept connections that may turn out to be dead before a new one is made. */
const STALE = 4;

const AGENT = { keepAlive: true, scheduling: "lifo", autoSelectFamilyAttemptTimeout: 1_000 } as const;

let plainAgent: Agent | undefined;
let secureAgent: Agent | undefined;

/** Loaded at the first such address. Not by `import()`, which in the bundle would load Node's whole module loader. */
const https = (): typeof Https => process.getBuiltinModule("node:https");

/**
 * `fetch` over node:http, for provider SDKs and our own clients. Touches none of Node's fetch globals, follows no
 * redirect (so no secret reaches a second server), keeps connections alive without keeping the process alive.
 * Rejects with an HttpError: `code` is the system's code, ABORT_ERR, ERR_REDIRECT, ERR_CONNECT_TIMEOUT,
 * ERR_HEADERS_TIMEOUT or ERR_ENCODING.
 */
export async function httpFetch(input: string | URL, init: HttpInit = {}): Promise<HttpResponse> {
  const url = typeof input === "string" ? new URL(input) : input;
  const secure = url.protocol === "https:";
  const send = secure ? https().request : request;
  const agent = secure ? (secureAgent ??= new (https().Agent)(AGENT)) : (plainAgent ??= new Agent(AGENT));
  const options = { agent, method: init.method ?? "GET", headers: headerFields(init) };
  for (let stale = 0; ; stale++) {
    try {
      const answer = await exchange(() => send(url, options), init);
      return respond(answer, url);
    } catch (error) {
      if (!(error instanceof StaleConnection)) throw error;
      if (stale >= STALE) throw error.reason;
    }
  }
}

/** A connection kept from an earlier request that the server had closed meanwhile: nothing was read from it. */
class StaleConnection extends Error {
  readonly reason: HttpError;
  constructor(reason: HttpError) {
    super(reason.message);
    this.reason = reason;
  }
}

function headerFields({ headers, body }: HttpInit): NonNullable<RequestOptions["headers"]> {
  const fields: Record<string, string | number> = Object.fromEntries(new LightHeaders(headers));
  if (typeof body === "string") fields["content-length"] = Buffer.byteLength(body);
  else if (body instanceof Uint8Array) fields["content-length"] = body.byteLength;
  else if (body) fields["content-length"] = body.reduce((sum, part) => sum + part.byteLength, 0);
  return fields;
}

function exchange(open: () => ClientRequest, { body, signal }: HttpInit): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(new HttpError("ABORT_ERR", "aborted"));
    let sent: ClientRequest;
    try {
      sent = open();
    } catch (error) {
      return reject(new HttpError(codeOf(error) ?? "ERR_HTTP", messageOf(error)));
    }
    let answer: IncomingMessage | undefined;
    const stop = (code: string, message: string): void => void (answer ?? sent).destroy(new HttpError(code, message));
    const abort = (): void => stop("ABORT_ERR", "aborted");
    const headers = setTimeout(stop, HEADERS_MS, "ERR_HEADERS_TIMEOUT", "no answer");
    signal?.addEventListener("abort", abort, { once: true });
    sent.once("socket", (socket) => {
      if (!socket.connecting) return;
      const timer = setTimeout(stop, CONNECT_MS, "ERR_CONNECT_TIMEOUT", "no connection");
      const done = (): void => clearTimeout(timer);
      socket.once("connect", done).once("close", done);
    });
    sent.once("response", (message) => {
      clearTimeout(headers);
      resolve((answer = message));
    });
    sent.on("error", (error: NodeJS.ErrnoException) => {
      const reason = error instanceof HttpError ? error : new HttpError(error.code ?? "ERR_HTTP", error.message);
      const stale = sent.reusedSocket && (reason.code === "ECONNRESET" || reason.code === "EPIPE");
      reject(stale ? new StaleConnection(reason) : reason);
    });
    sent.once("close", () => {
      // After 101 (Switching Protocols) there is neither an answer nor an error.
      reject(new HttpError("ECONNRESET", "closed"));
      clearTimeout(headers);
      signal?.removeEventListener("abort", abort);
    });
    deliver(sent, body);
  });
}

function deliver(sent: ClientRequest, body: HttpInit["body"]): void {
  if (body && typeof body !== "string" && !(body instanceof Uint8Array)) {
    for (const part of body) sent.write(part);
    sent.end();
  } else if (body) sent.end(body);
  else sent.end();
}

function respond(answer: IncomingMessage, url: URL): HttpResponse {
  const status = answer.statusCode ?? 0;
  const ok = status >= 200 && status < 300;
  const headers = new LightHeaders(answer.headers);
  const body = new HttpBody(answer, ok ? STREAM_LIMIT : Infinity);
  const refuse = (code: string, message: string): never => {
    body.cancel();
    throw new HttpError(code, message);
  };
  if (status >= 300 && status < 400) refuse("ERR_REDIRECT", headers.get("location") ?? "an unnamed place");
  const encoding = headers.get("content-encoding") ?? "identity";
  if (encoding !== "identity") refuse("ERR_ENCODING", encoding);
  const text = (): Promise<string> => collect(body, ok ? STREAM_LIMIT : ERROR_LIMIT);
  return {
    ok,
    status,
    statusText: answer.statusMessage ?? "",
    url: url.href,
    redirected: false,
    headers,
    body,
    text,
    json: async () => JSON.parse(await text()) as unknown,
    cancel: () => body.cancel(),
  };
}

async function collect(body: HttpBody, limit: number): Promise<string> {
  const timer = setTimeout(() => body.cancel(new HttpError("ERR_IDLE", "the answer does not end")), TEXT_MS);
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const part of body) {
      parts.push(part);
      size += part.length;
      if (size >= limit) break;
    }
  } finally {
    clearTimeout(timer);
  }
  return Buffer.concat(parts, Math.min(size, limit)).toString("utf8");
}
