import { createServer } from "node:http";
import { join } from "node:path";

/**
 * A model server on loopback that plays one scenario at a time over the Anthropic Messages wire format:
 * `hello`, `tools-N` (N calls of Read, each of another file `note-K.txt` of `files`), `stream-N` (N pieces of text) and
 * `overloaded` (one 529, then hello). All times are `performance.now()` of this process.
 */
export class ModelServer {
  /** One entry for each request: when its headers arrived, and when the last byte of its answer was written. */
  log = [];
  /** The body of the first request, and the bytes of all of them. */
  first = "";
  bytes = 0;
  #kind = "hello";
  #count = 0;
  #files = "";
  #server = createServer((request, response) => void this.#answer(request, response));

  async start() {
    this.#server.keepAliveTimeout = 60_000;
    await new Promise((done) => this.#server.listen(0, "127.0.0.1", done));
    this.url = `http://127.0.0.1:${this.#server.address().port}`;
    return this;
  }

  close() {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  /** Chooses what is played next, and forgets what was seen. */
  play(scenario, files = "") {
    const [kind, count] = scenario.split("-");
    this.#kind = kind;
    this.#count = Number(count ?? 0);
    this.#files = files;
    this.log = [];
    this.first = "";
    this.bytes = 0;
  }

  async #answer(request, response) {
    const entry = { at: performance.now(), end: 0 };
    const turn = this.log.push(entry);
    const chunks = [];
    for await (const chunk of request) {
      this.bytes += chunk.length;
      if (turn === 1) chunks.push(chunk);
    }
    if (turn === 1) this.first = Buffer.concat(chunks).toString();
    if (this.#kind === "overloaded" && turn === 1) refuse(response);
    else await this.#stream(response, turn);
    entry.end = performance.now();
  }

  async #stream(response, turn) {
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
    const calls = this.#kind === "tools" && turn <= this.#count;
    response.write(head(turn, calls));
    if (calls) response.write(delta({ type: "input_json_delta", partial_json: this.#input(turn) }));
    else if (this.#kind === "stream") await pieces(response, this.#count);
    else response.write(delta({ type: "text_delta", text: "Hello." }));
    response.end(tail(calls));
  }

  #input(turn) {
    return JSON.stringify({ file_path: join(this.#files, `note-${turn}.txt`) });
  }
}

const sse = (data) => `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
const delta = (part) => sse({ type: "content_block_delta", index: 0, delta: part });

function head(turn, calls) {
  const usage = { input_tokens: 1000, output_tokens: 1, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 };
  const base = { id: `msg_${turn}`, type: "message", role: "assistant", model: "claude-bench", content: [] };
  const block = calls ? { type: "tool_use", id: `toolu_${turn}`, name: "Read", input: {} } : { type: "text", text: "" };
  return (
    sse({ type: "message_start", message: { ...base, stop_reason: null, stop_sequence: null, usage } }) +
    sse({ type: "content_block_start", index: 0, content_block: block })
  );
}

function tail(calls) {
  const stop = { stop_reason: calls ? "tool_use" : "end_turn", stop_sequence: null };
  return (
    sse({ type: "content_block_stop", index: 0 }) +
    sse({ type: "message_delta", delta: stop, usage: { output_tokens: 20 } }) +
    sse({ type: "message_stop" })
  );
}

/** Pieces of a few characters, twenty to a write, as fast as the other side takes them. */
async function pieces(response, count) {
  for (let from = 0; from < count; from += 20) {
    let text = "";
    for (let at = from; at < Math.min(count, from + 20); at++) {
      text += delta({ type: "text_delta", text: at % 12 === 11 ? `line ${at}\n` : `word ${at} ` });
    }
    if (!response.write(text)) await new Promise((done) => response.once("drain", done));
  }
}

function refuse(response) {
  response.writeHead(529, { "content-type": "application/json" });
  response.end(JSON.stringify({ type: "error", error: { type: "overloaded_error", message: "Overloaded" } }));
}
