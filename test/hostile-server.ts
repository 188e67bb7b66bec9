import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { PROGRAM } from "../plugins/fronts/program.js";
import type { Message } from "../schemas/message.js";

/** What is written to one answer: pieces as they are, as fast as they are taken. */
export type Pieces = Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;

export interface HostileRun {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly ms: number;
  /** The most memory the program ever had, in MB. */
  readonly megabytes: number;
  /** The messages of each request. */
  readonly requests: readonly (readonly Message[])[];
  /** Below the run's folder: `work`, `home`. */
  at(path: string): string;
}

export const event = (data: { readonly type: string } & Readonly<Record<string, unknown>>): string =>
  `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;

export const start: string = event({
  type: "message_start",
  message: {
    id: "msg_1",
    type: "message",
    role: "assistant",
    model: "m",
    content: [],
    usage: { input_tokens: 1, output_tokens: 1 },
  },
});
export const block = (index: unknown, content_block: object): string =>
  event({ type: "content_block_start", index, content_block });
export const delta = (index: unknown, one: object): string => event({ type: "content_block_delta", index, delta: one });
export const blockEnd = (index: unknown): string => event({ type: "content_block_stop", index });
export const end = (reason: string): string =>
  event({ type: "message_delta", delta: { stop_reason: reason }, usage: { output_tokens: 1 } }) +
  event({ type: "message_stop" });

/** A whole call of a tool, whose input is given as text. */
export const call = (index: number, name: string, json: string, id = `toolu_${index}`): string =>
  block(index, { type: "tool_use", id, name, input: {} }) +
  delta(index, { type: "input_json_delta", partial_json: json }) +
  blockEnd(index);

export const say = (text: string): string =>
  start + block(0, { type: "text", text: "" }) + delta(0, { type: "text_delta", text }) + blockEnd(0) + end("end_turn");

/** Runs the built program against a server that answers as it is told; the last answer goes on for ever. */
export async function against(
  answers: readonly (() => Pieces)[],
  settings: Readonly<Record<string, unknown>> = {},
  words: readonly string[] = [],
): Promise<HostileRun> {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "nacre-hostile-")));
  const requests: Message[][] = [];
  const server = createServer(async (incoming, outgoing) => {
    const parts: Buffer[] = [];
    for await (const part of incoming) parts.push(part as Buffer);
    const { messages } = JSON.parse(Buffer.concat(parts).toString()) as { messages: Message[] };
    const answer = answers[Math.min(requests.push(messages), answers.length) - 1]!;
    await send(outgoing, answer());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const ran = await run(base, url, [JSON.stringify({ anthropic: { max_tries: 1 }, ...settings }), ...words]);
    return { ...ran, requests, at: (path) => join(base, path) };
  } finally {
    server.closeAllConnections();
    server.close();
    onTestFinished(() => rmSync(base, { recursive: true, force: true }));
  }
}

async function send(outgoing: ServerResponse, pieces: Pieces): Promise<void> {
  outgoing.on("error", () => {});
  outgoing.writeHead(200, { "content-type": "text/event-stream" });
  for await (const piece of pieces) {
    if (outgoing.destroyed) return;
    if (!outgoing.write(piece)) await Promise.race([once(outgoing, "drain"), once(outgoing, "close")]).catch(() => {});
  }
  outgoing.end();
}

async function run(
  base: string,
  url: string,
  [settings = "", ...words]: readonly string[],
): Promise<Omit<HostileRun, "requests" | "at">> {
  for (const folder of ["work", "home"]) mkdirSync(join(base, folder));
  const peak = join(base, "peak");
  const flags = [
    "-p",
    "go",
    "--provider",
    "anthropic",
    "--permission-mode",
    "bypassPermissions",
    "--settings",
    settings,
  ];
  const began = performance.now();
  const preload = join(import.meta.dirname, "peak-memory.cjs");
  const child = spawn(process.execPath, ["--require", preload, PROGRAM, ...flags, ...words], {
    cwd: join(base, "work"),
    env: {
      PATH: process.env["PATH"],
      HOME: base,
      NACRE_HOME: join(base, "home"),
      IS_SANDBOX: "1",
      ANTHROPIC_API_KEY: "sk-hostile",
      ANTHROPIC_BASE_URL: url,
      PEAK_MEMORY: peak,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (part: string) => {
      if (said[name].length < 1_000_000) said[name] += part;
    });
  }
  const [code, signal] = (await once(child, "close")) as [number | null, string | null];
  const megabytes = existsSync(peak) ? Number(readFileSync(peak, "utf8")) / 1024 : Number.NaN;
  return { code, signal, ...said, ms: performance.now() - began, megabytes };
}
