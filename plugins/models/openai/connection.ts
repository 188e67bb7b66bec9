import type OpenAI from "openai";
import { isObject } from "../../../schemas/json.js";
import { checkedFetch } from "../checked-fetch.js";
import { Failure, type Endpoint } from "../failure.js";
import type { HttpResponse } from "../http-fetch.js";
import type { Server } from "./messages.js";

const OFFICIAL = "https://api.openai.com/v1";
/** The SDK wants a key; servers of one's own mostly do not. */
const NO_KEY = "none";
const MODELS_MS = 5_000;

export interface ConnectionSettings {
  readonly api_key?: string;
  readonly base_url?: string;
  readonly organization?: string;
  readonly project?: string;
}

/** The server behind the settings. Imports the SDK at the first request. */
export class Connection {
  readonly endpoint: Endpoint;
  readonly server: Server;
  readonly #settings: ConnectionSettings;
  #client: Promise<OpenAI> | undefined;

  /** Throws a Failure when there is no key and no address, or the address is none. */
  constructor(settings: ConnectionSettings) {
    const { api_key: key, base_url: given } = settings;
    if (!key && !given)
      throw config("OPENAI_API_KEY not set: set it, or name a compatible server with OPENAI_BASE_URL", "auth");
    const url = given || OFFICIAL;
    if (!URL.canParse(url) || !/^https?:/.test(url))
      throw config(`OPENAI_BASE_URL is not a web address: ${url}`, "config");
    const host = new URL(url).hostname;
    const own = /(^|\.)(openai\.com|openai\.azure\.com)$/.test(host);
    this.#settings = settings;
    this.server = { own, files: own || /(^|\.)openrouter\.ai$/.test(host) };
    this.endpoint = {
      name: own ? "OpenAI" : "the model server",
      url,
      keyName: "OPENAI_API_KEY",
      urlName: "OPENAI_BASE_URL",
      ...(key ? { secrets: [key] } : {}),
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
    const headers = { authorization: `Bearer ${this.#settings.api_key || NO_KEY}` };
    const fetch = checkedFetch(this.endpoint);
    const data = await (await fetch(url, { headers, signal: AbortSignal.timeout(MODELS_MS) })).json();
    const list = isObject(data) && Array.isArray(data["data"]) ? (data["data"] as readonly unknown[]) : [];
    return list.flatMap((model) => (isObject(model) && typeof model["id"] === "string" ? [model["id"]] : []));
  }

  async #connect(): Promise<OpenAI> {
    const { default: Client } = await import("openai");
    const { api_key, organization, project } = this.#settings;
    return new Client({
      apiKey: api_key || NO_KEY,
      adminAPIKey: null,
      webhookSecret: null,
      organization: organization || null,
      project: project || null,
      baseURL: this.endpoint.url,
      maxRetries: 0,
      logLevel: "off",
      fetch: checkedFetch(this.endpoint, "text/event-stream") as unknown as typeof globalThis.fetch,
    });
  }
}

function config(message: string, kind: "auth" | "config"): Failure {
  return new Failure({ kind, message }, { retryable: false });
}
