import { isObject } from "../../../schemas/json.js";
import { checkedFetch } from "../checked-fetch.js";
import { Failure, type Endpoint } from "../failure.js";
import type { HttpResponse } from "../http-fetch.js";
import { addressOf } from "./address.js";

const PROBE_MS = 1_000;
const LIST_MS = 5_000;

/** Families of models that make vectors and cannot talk. */
const VECTORS = /bert/;

/** One Ollama server. */
export class OllamaServer {
  readonly endpoint: Endpoint;

  /** Throws a Failure when `given` is no address. */
  constructor(given: string) {
    const url = addressOf(given);
    if (url === undefined)
      throw new Failure(
        { kind: "config", message: `--ollama-url is not a web address: ${given}` },
        { retryable: false },
      );
    this.endpoint = { name: "Ollama", url, urlName: "--ollama-url" };
  }

  /** Whether it answers within a second. */
  async available(): Promise<boolean> {
    try {
      const answer = await this.#get("/api/tags", PROBE_MS);
      answer.cancel();
      return true;
    } catch {
      return false;
    }
  }

  /** Names of the installed models that can talk, the newest first. Throws a Failure. */
  async models(): Promise<readonly string[]> {
    const data = await (await this.#get("/api/tags", LIST_MS)).json();
    const list = isObject(data) && Array.isArray(data["models"]) ? (data["models"] as readonly unknown[]) : [];
    return list.flatMap((model) => {
      if (!isObject(model)) return [];
      const name = model["name"] ?? model["model"];
      const family = isObject(model["details"]) ? model["details"]["family"] : "";
      return typeof name === "string" && !VECTORS.test(String(family)) ? [name] : [];
    });
  }

  /** Asks for one answer. Throws a Failure for everything that is not the beginning of a stream. */
  chat(body: string, signal: AbortSignal): Promise<HttpResponse> {
    const headers = { "content-type": "application/json" };
    return this.#fetch("/api/chat", { method: "POST", headers, body, signal }, "application/x-ndjson");
  }

  #get(path: string, ms: number): Promise<HttpResponse> {
    return this.#fetch(path, { signal: AbortSignal.timeout(ms) });
  }

  #fetch(path: string, init: Parameters<ReturnType<typeof checkedFetch>>[1], expect?: string): Promise<HttpResponse> {
    return checkedFetch(this.endpoint, expect)(`${this.endpoint.url}${path}`, init);
  }
}
