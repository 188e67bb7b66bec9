import type { IncomingMessage, RequestOptions } from "node:http";
import { messageOf } from "../../../schemas/errors.js";
import { know } from "../../../schemas/redact.js";
import type { HttpLimits } from "./book.js";
import type { Handler } from "./hook.js";
import { failed, late, type Desk, type Job } from "./job.js";
import type { Raw } from "./outcome.js";

const MOST_BYTES = 1024 * 1024;

/** Variables that hold what belongs to the model's provider and to nacre: no address gets them. */
const OURS = /^(?:ANTHROPIC|OPENAI|OLLAMA|NACRE|CLAUDE)_/;

/** Posts the input to an address; its answer is read like the output of a command. */
export async function runHttp(job: Job, desk: Desk): Promise<Raw> {
  const { handler } = job.hook;
  const bad = (why: string): Raw => failed("error", `${job.name} hook error: ${why}`);
  const refused = refusalOf(handler.url ?? "", desk.limits());
  if (refused !== undefined) return bad(refused);
  const headers = headersOf(handler, desk.limits(), desk.kernel.env);
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort("late"), job.timeout);
  const stop = (): void => abort.abort("stopped");
  job.firing.signal?.addEventListener("abort", stop, { once: true });
  try {
    const { status, body } = await post(new URL(handler.url!), { headers, signal: abort.signal }, job.input);
    if (status < 200 || status > 299) return bad(`${handler.url} answered with the status ${status}.`);
    const text = body.trim();
    const isObject = text.startsWith("{") && text.endsWith("}");
    if (text !== "" && !isObject) return bad(`${handler.url} answered with something other than a JSON object.`);
    return { exitCode: 0, stdout: text, stderr: "" };
  } catch (error) {
    if (abort.signal.reason === "late") return late(job);
    if (abort.signal.aborted) return failed("cancelled", `${job.name} hook was cancelled: the turn was stopped.`);
    const what = error instanceof Redirected ? error.message : `cannot be reached: ${messageOf(error)}`;
    return bad(`${handler.url} ${what}.`);
  } finally {
    clearTimeout(timer);
    job.firing.signal?.removeEventListener("abort", stop);
  }
}

function refusalOf(address: string, { urls }: HttpLimits): string | undefined {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol !== "http:" && url?.protocol !== "https:") return `"${address}" is no http or https address.`;
  if (url.username !== "" || url.password !== "") return "an address must not hold a password; use a header.";
  if (!urls || urls.some((pattern) => fits(pattern, address))) return undefined;
  return `${address} is not among the addresses that "allowedHttpHookUrls" lists.`;
}

/** `*` is any text. */
function fits(pattern: string, address: string): boolean {
  const parts = pattern.split("*").map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join(".*")}$`).test(address);
}

function headersOf(
  { headers = {}, allowedEnvVars = [] }: Handler,
  { variables }: HttpLimits,
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const isOpen = (name: string): boolean =>
    allowedEnvVars.includes(name) && !OURS.test(name) && (variables?.includes(name) ?? true);
  const filled = (text: string): string =>
    text.replace(/\$(?:\{(\w+)\}|(\w+))/g, (_, braced?: string, bare?: string) => {
      const name = braced ?? bare ?? "";
      const value = isOpen(name) ? (env[name] ?? "") : "";
      know(value);
      return value;
    });
  const full = Object.entries(headers).map(([name, value]): [string, string] => [name, filled(value).trim()]);
  for (const [name, value] of full) if (/auth|key|token|secret|cookie/i.test(name)) know(value.replace(/^\w+ /, ""));
  return Object.fromEntries(full);
}

interface Sending {
  readonly headers: Record<string, string>;
  readonly signal: AbortSignal;
}

class Redirected extends Error {}

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Follows no redirect: nobody has agreed to where it leads, nor does any list of settings speak of it. */
async function post(url: URL, sending: Sending, input: object): Promise<Answer> {
  const response = await send(url, sending, JSON.stringify(input));
  const { statusCode: status = 0, headers } = response;
  if (status < 300 || status > 399 || headers.location === undefined) return { status, body: await read(response) };
  response.destroy(); // Its body might have no end.
  throw new Redirected(`answered with a redirect to ${headers.location}, and none is followed; set that address`);
}

async function send(url: URL, { headers, signal }: Sending, body: string): Promise<IncomingMessage> {
  const { request } = url.protocol === "https:" ? await import("node:https") : await import("node:http");
  const length = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
  const options: RequestOptions = { method: "POST", headers: { ...headers, ...length }, signal };
  return new Promise((resolve, reject) => {
    request(url, options, resolve).on("error", reject).end(body);
  });
}

async function read(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    size += (chunk as Buffer).length;
    if (size > MOST_BYTES) throw new Error("its answer is larger than 1 MB");
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString("utf8");
}
