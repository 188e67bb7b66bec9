import { describe, expect, it } from "vitest";
import { detailOf, failureOf, hostOf, retryAfter, sentence, type Endpoint } from "./failure.js";
import { HttpError } from "./http-error.js";
import { LightHeaders } from "./light-headers.js";
import { Secret } from "../../schemas/secret.js";
import { statusFailure } from "./status-failure.js";

const _key = new Secret("key-12345");
const _short = new Secret("k");
const endpoint: Endpoint = {
  name: "Model",
  url: "https://api.example.com/v1",
  keyName: "MODEL_KEY",
  urlName: "MODEL_URL",
};

describe("the failure of a status", () => {
  it.each([
    [401, "", "invalid x-api-key", "auth", false],
    [403, "", "no access", "auth", false],
    [403, "", "billing is off", "billing", false],
    [402, "", "pay first", "billing", false],
    [400, "invalid_request_error", "Your credit balance is too low", "billing", false],
    [429, "insufficient_quota", "You exceeded your current quota", "billing", false],
    [400, "", "prompt is too long: 9 tokens", "context_overflow", false],
    [400, "context_length_exceeded", "too big", "context_overflow", false],
    [413, "request_too_large", "too large", "context_overflow", false],
    [400, "", "max_tokens: must be positive", "invalid_request", false],
    [404, "", "model: nope", "invalid_request", false],
    [429, "rate_limit_error", "prompt tokens per minute", "rate_limit", true],
    [408, "", "", "server", true],
    [409, "", "", "server", true],
    [500, "", "", "server", true],
    [502, "", "", "server", true],
    [503, "", "", "overloaded", true],
    [504, "", "", "server", true],
    [529, "overloaded_error", "Overloaded", "overloaded", true],
    [501, "", "", "server", false],
  ])("%d %s %j is %s, retried: %s", (...row) => {
    const [status, type, message, kind, retryable] = row;
    const { error, details } = statusFailure({ status, type, message }, endpoint);
    expect([error.kind, error.status, details.retryable]).toEqual([kind, status, retryable]);
    expect(error.message).toMatch(/^Model at api\.example\.com:443 answered \d{3}/);
  });

  it("is one line without the key, with what to check", () => {
    const message = `key key-12345\n\tis wrong ${"x".repeat(999)}`;
    const { error } = statusFailure({ status: 401, message }, endpoint);
    expect(error.message).toMatch(/^Model at \S+ answered 401 key \*\*\* is wrong x+\.\.\.: check MODEL_KEY$/);
  });
});

describe("the failure of a connection", () => {
  it.each([
    ["ECONNREFUSED", "connection", true, "cannot reach Model at api.example.com:443 (ECONNREFUSED): check the network"],
    ["ECONNRESET", "connection", true, "Model at api.example.com:443 closed the connection before it answered"],
    ["EAI_AGAIN", "connection", true, "cannot reach Model"],
    ["ERR_CONNECT_TIMEOUT", "connection", true, "Model at api.example.com:443 does not answer"],
    ["ERR_CUT", "connection", true, "Model at api.example.com:443 cut the answer off before its end"],
    ["CERT_HAS_EXPIRED", "connection", false, "no secure connection to Model"],
    ["SELF_SIGNED_CERT_IN_CHAIN", "connection", false, "no secure connection to Model"],
    ["ERR_SSL_WRONG_VERSION_NUMBER", "connection", false, "no secure connection to Model"],
    ["ERR_REDIRECT", "config", false, "Model at api.example.com:443 redirects to why"],
    ["ERR_ENCODING", "malformed", false, "Model at api.example.com:443 answered in the encoding why"],
    ["ERR_INVALID_CHAR", "config", false, "MODEL_KEY holds a character that cannot be sent"],
    ["ERR_TOO_LONG", "malformed", true, "Model at api.example.com:443: why"],
    ["ABORT_ERR", "aborted", false, "aborted"],
  ])("%s is %s, retried: %s", (code, kind, retryable, begin) => {
    const failure = failureOf(new Error("wrapped", { cause: new HttpError(code, "why") }), endpoint);
    expect([failure.error.kind, failure.details.retryable]).toEqual([kind, retryable]);
    expect(failure.message.startsWith(begin)).toBe(true);
  });
});

describe("the words of an error body", () => {
  it.each([
    ['{"error":{"type":"a","message":"b"}}', { message: "b", type: "a" }],
    ['{"error":{"type":"a","code":"c","message":"b"}}', { message: "b", type: "c" }],
    ['{"error":"b"}', { message: "b" }],
    ['{"message":"b"}', { message: "b" }],
    ["plain words", { message: "plain words" }],
    ["<html>no</html>", { message: "" }],
    ["[1]", { message: "" }],
    ["null", { message: "" }],
    ["", { message: "" }],
  ])("%s", (body, expected) => expect(detailOf(body)).toEqual(expected));
});

describe("Retry-After", () => {
  it.each([
    ["2", 2000],
    ["0.5", 500],
    ["Wed, 21 Oct 2026 07:28:05 GMT", 5000],
    ["Wed, 21 Oct 2020 07:28:00 GMT", undefined],
    ["0", undefined],
    ["-3", undefined],
    ["soon", undefined],
    [undefined, undefined],
  ])("%s is %s ms", (value, ms) => {
    const headers = new LightHeaders(value === undefined ? {} : { "Retry-After": value });
    expect(retryAfter(headers, Date.parse("Wed, 21 Oct 2026 07:28:00 GMT"))).toBe(ms);
  });
});

it.each([
  ["http://localhost:8080/x", "localhost:8080"],
  ["http://[::1]/", "[::1]:80"],
  ["https://api.example.com", "api.example.com:443"],
])("the host of %s is %s", (url, host) => expect(hostOf({ ...endpoint, url })).toBe(host));

it("a secret is taken out wherever it stands, but a placeholder is not looked for", () => {
  expect(sentence("check the key")).toBe("check the key");
  expect(sentence("key-12345 and key-12345")).toBe("*** and ***");
});
