import type OpenAI from "openai";
import { isObject } from "../../../schemas/json.js";
import type { Secret } from "../../../schemas/secret.js";
import { checkedFetch } from "../checked-fetch.js";
import { Failure, type Endpoint } from "../failure.js";
import type { HttpResponse } from "../http-fetch.js";
import type { Server } from "./messages.js";

const OFFICIAL = "https://api.openai.com/v1";
/** The SDK wants a key; servers of one's own mostly do not. */
const NO_KEY = "none";
const MODELS_MS = 5_000;

export interface ConnectionOptions {
  readonly apiKey?: Secret | undefined;
  /** Of a compatible server, with its version part; OpenAI's own otherwise. */
  readonly baseUrl?: string | undefined;
  readonly organization?: string | undefined;
  readonly project?: string | undefined;
  readonly userAgent?: string;
}

/** The server behind the settings. Imports the SDK at the first request. */
export class Connection {
  readonly endpoint: Endpoint;
  readonly server: Server;
  readonly #options: ConnectionOptions;
  #client: Promise<OpenAI> | undefined;

  /** Throws a Failure when there is no key and no address, or the address is none. */
  constructor(options: ConnectionOptions) {
    const { apiKey: key, baseUrl: given } = options;
    if (!key && !given)
      throw config("OPENAI_API_KEY not set: set it, or name a compatible server with OPENAI_BASE_URL");
    const url = given || OFFICIAL;
    if (!URL.canParse(url) || !/^https?:/.test(url)) throw config(`OPENAI_BASE_URL is not a web address: ${url}`);
    const host = new URL(url).hostname;
    const own = /(^|\.)(openai\.com|openai\.azure\.com)$/.test(host);
    this.#options = options;
    this.server = { own, files: own || /(^|\.)openrouter\.ai$/.test(host) };
    this.endpoint = {
      name: own ? "OpenAI" : "the model server",
      url,
      keyName: "OPENAI_API_KEY",
      urlName: "OPENAI_BASE_URL",
    };
  }

  /** Asks for one answer. Throws a Failure for everything that is not the beginning of an event stream. */
  async ask(body: string, signal: AbortSignal): Promise<HttpResponse> {
    const client = await (this.#client ??= this.#connect());
    const headers = { "content-type": "application/json", accept: "text/event-stream" };
    const answer = client.post("/chat/completions", { body, headers, signal, stream: true }).asResponse();
    return (await answer) as unknown as HttpResponse;
  }

  /** The models the server names, as it orders them. */
  async models(): Promise<readonly string[]> {
    const url = `${this.endpoint.url.replace(/\/+$/, "")}/models`;
    const headers = { authorization: `Bearer ${this.#options.apiKey?.reveal() ?? NO_KEY}` };
    const fetch = checkedFetch(this.endpoint);
    const data = await (await fetch(url, { headers, signal: AbortSignal.timeout(MODELS_MS) })).json();
    const list = isObject(data) && Array.isArray(data["data"]) ? (data["data"] as readonly unknown[]) : [];
    return list.flatMap((model) => (isObject(model) && typeof model["id"] === "string" ? [model["id"]] : []));
  }

  async #connect(): Promise<OpenAI> {
    const { default: Client } = await import("openai");
    const { apiKey, organization, project, userAgent } = this.#options;
    return new Client({
      apiKey: apiKey?.reveal() ?? NO_KEY,
      adminAPIKey: null,
      webhookSecret: null,
      organization: organization || null,
      project: project || null,
      baseURL: this.endpoint.url,
      maxRetries: 0,
      logLevel: "off",
      ...(userAgent ? { defaultHeaders: { "User-Agent": userAgent } } : {}),
      fetch: checkedFetch(this.endpoint, "text/event-stream") as unknown as typeof globalThis.fetch,
    });
  }
}

function config(message: string): Failure {
  return new Failure({ kind: "config", message }, { retryable: false });
}
