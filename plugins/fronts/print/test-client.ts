import type { Plugin } from "../../../core/types.js";
import type { JsonObject } from "../../../schemas/json.js";
import type { Turn } from "../../../test/boot.js";
import { drive, type Drive, type DriveOptions } from "../drive.js";

const FLAGS = { "output-format": "stream-json", "input-format": "stream-json", verbose: true };

/** A program that drives the front as the public client libraries do. */
export class TestClient {
  readonly run: Drive;
  #next = 0;
  constructor(run: Drive) {
    this.run = run;
  }

  async request(request: object): Promise<JsonObject> {
    const id = `r${++this.#next}`;
    this.run.say({ type: "control_request", request_id: id, request });
    const line = await this.run.line(({ type, response }) => type === "control_response" && idOf(response) === id);
    return line["response"] as JsonObject;
  }

  user(text: string, more: object = {}): void {
    this.run.say({
      type: "user",
      session_id: "",
      message: { role: "user", content: [{ type: "text", text }] },
      parent_tool_use_id: null,
      ...more,
    });
  }

  /** Waits for a request of the program and answers it. */
  async answer(subtype: string, response: object | ((request: JsonObject) => object), skip = 0): Promise<JsonObject> {
    let seen = 0;
    const found = new Set<unknown>();
    const line = await this.run.line(({ type, request, request_id: id }) => {
      if (type !== "control_request" || (request as JsonObject)["subtype"] !== subtype || found.has(id)) return false;
      found.add(id);
      return seen++ === skip;
    });
    const request = line["request"] as JsonObject;
    const body = typeof response === "function" ? response(request) : response;
    const said = { subtype: "success", request_id: line["request_id"], response: body };
    this.run.say({ type: "control_response", response: said });
    return request;
  }

  async nth(number: number): Promise<JsonObject> {
    await this.run.line(() => this.results().length > number);
    return this.results()[number]!;
  }

  results(): JsonObject[] {
    return this.run.lines().filter((line) => line["type"] === "result");
  }

  async close(): Promise<number> {
    this.run.stdin.end();
    return this.run.code;
  }
}

const idOf = (response: unknown): unknown => (response as JsonObject)["request_id"];

/** Starts a front with both formats stream-json and gives the client at its other end. */
export async function connect(
  script: readonly Turn[],
  options: Partial<DriveOptions> = {},
): Promise<TestClient & AsyncDisposable> {
  const run = await drive({ script, ...options, flags: { ...FLAGS, ...options.flags } });
  return Object.assign(new TestClient(run), { [Symbol.asyncDispose]: () => run[Symbol.asyncDispose]() });
}

/** A tool that ends when it is told to. */
export const waiting: Plugin = {
  name: "waiting",
  setup: (ctx) =>
    ctx.add("tool", {
      name: "Wait",
      description: "",
      inputSchema: { type: "object" },
      effect: "read",
      run: (_, { signal }) =>
        new Promise((resolve) => {
          const stop = (): void => resolve({ content: "Stopped.", isError: true });
          if (signal.aborted) stop();
          signal.addEventListener("abort", stop);
        }),
    }),
};
