import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** What a wire server answers to one request. */
export interface WireReply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Written one after the other. */
  readonly body: string | readonly (string | Uint8Array)[];
  /** Milliseconds between two parts of the body. */
  readonly pace?: number;
  /** What comes after the body: the end, a broken connection, or nothing at all. */
  readonly after?: "end" | "cut" | "hang";
}

export interface WireRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  /** The client's port: the same for requests over one connection. */
  readonly port: number;
}

/** A server on loopback that answers as it is told. */
export interface WireServer extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly WireRequest[];
  /** Resolves when the connection of the latest request was closed by the client. */
  closed(): Promise<void>;
}

/** `answer` gets every request and its number, from 0. */
export async function serveWire(
  answer: (request: WireRequest, number: number) => WireReply | Promise<WireReply>,
): Promise<WireServer> {
  const requests: WireRequest[] = [];
  let closed = Promise.resolve();
  const server = createServer((incoming, outgoing) => {
    closed = new Promise((resolve) => void outgoing.once("close", resolve));
    void respond(incoming, outgoing);
  });

  async function respond(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const parts: Uint8Array[] = [];
    for await (const part of incoming) parts.push(part as Uint8Array);
    const { method = "", url = "", headers } = incoming;
    const { remotePort: port = 0 } = incoming.socket;
    const request = { method, path: url, headers, port, body: Buffer.concat(parts).toString() };
    const reply = await answer(request, requests.push(request) - 1);
    outgoing.writeHead(reply.status ?? 200, { "content-type": "application/json", ...reply.headers });
    outgoing.flushHeaders();
    for (const part of typeof reply.body === "string" ? [reply.body] : reply.body) {
      await new Promise((resolve) => void outgoing.write(part, resolve));
      if (reply.pace !== undefined) await sleep(reply.pace);
    }
    if (reply.after === "cut") outgoing.destroy();
    else if (reply.after !== "hang") outgoing.end();
  }

  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    closed: () => closed,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
