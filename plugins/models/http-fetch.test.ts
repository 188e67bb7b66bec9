import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { HttpError } from "./http-error.js";
import { httpFetch } from "./http-fetch.js";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(listener: RequestListener): Promise<{ url: string; sockets: Set<Socket> }> {
  const server = createServer(listener);
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => sockets.add(socket));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, sockets };
}

async function bodyOf(request: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
}

const codeOf = async (promise: Promise<unknown>): Promise<string> => {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return error instanceof HttpError ? error.code : `not an HttpError: ${String(error)}`;
};

describe("httpFetch", () => {
  it.each([
    ["a string", "hällo"],
    ["bytes", Buffer.from("hällo")],
    ["a list of bytes", [Buffer.from("hä"), Buffer.from("llo")]],
  ])("sends a body given as %s with its length and returns status, headers and text", async (_, body) => {
    const { url } = await serve(async (request, response) => {
      response.writeHead(201, { "x-seen": request.headers["content-length"] });
      response.end(`${request.method} ${request.url} ${request.headers["x-key"]} ${await bodyOf(request)}`);
    });
    const response = await httpFetch(`${url}/a?b=1`, { method: "POST", headers: { "x-key": "k" }, body });
    expect(await response.text()).toBe("POST /a?b=1 k hällo");
    expect([response.ok, response.status, response.headers.get("X-Seen")]).toEqual([true, 201, "6"]);
  });

  it("takes the headers of a global Headers object", async () => {
    const { url } = await serve((request, response) => response.end(request.headers["x-a"]));
    expect(await (await httpFetch(url, { headers: new Headers({ "X-A": "1" }) })).text()).toBe("1");
  });

  it("uses one connection for one request after the other", async () => {
    const { url, sockets } = await serve((_, response) => response.end("ok"));
    for (let i = 0; i < 3; i++) {
      expect(await (await httpFetch(url)).text()).toBe("ok");
      await new Promise(setImmediate);
    }
    expect(sockets.size).toBe(1);
  });

  it("sends again over a new connection when the kept one had been closed by the server", async () => {
    const { url, sockets } = await serve((_, response) => response.end("ok"));
    await (await httpFetch(url)).text();
    await new Promise(setImmediate);
    for (const socket of sockets) socket.resetAndDestroy();
    expect(await (await httpFetch(url)).text()).toBe("ok");
    expect(sockets.size).toBe(2);
  });

  it("refuses a redirect and never speaks to the second server", async () => {
    let asked = 0;
    const second = await serve((_, response) => {
      asked++;
      response.end();
    });
    const first = await serve((_, response) => response.writeHead(307, { location: second.url }).end());
    expect(await codeOf(httpFetch(first.url, { method: "POST", body: "x" }))).toBe("ERR_REDIRECT");
    expect(asked).toBe(0);
  });

  it("names the system's code when nobody listens", async () => {
    const { url } = await serve(() => {});
    servers.pop()?.close();
    expect(await codeOf(httpFetch(url))).toBe("ECONNREFUSED");
  });

  it.each(["before the headers", "in the body"])("closes the connection when aborted %s", async (moment) => {
    let closed: () => void = () => {};
    const gone = new Promise<void>((resolve) => (closed = resolve));
    const { url } = await serve((request, response) => {
      request.socket.on("close", closed);
      if (moment === "in the body") response.write("start");
    });
    const controller = new AbortController();
    const pending = httpFetch(url, { signal: controller.signal });
    const result = pending.then(async ({ body }) => {
      for await (const _ of body) controller.abort();
    });
    if (moment === "before the headers") setTimeout(() => controller.abort(), 20);
    expect(await codeOf(result)).toBe("ABORT_ERR");
    await gone;
  });

  it("does not begin when the signal was aborted before", async () => {
    expect(await codeOf(httpFetch("http://127.0.0.1:1", { signal: AbortSignal.abort() }))).toBe("ABORT_ERR");
  });

  it("keeps only the first megabyte of an error answer", async () => {
    const { url } = await serve((_, response) => {
      response.writeHead(500);
      response.on("error", () => {});
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536, "x")));
        if (!response.destroyed) response.once("drain", more);
      };
      more();
    });
    expect((await (await httpFetch(url)).text()).length).toBe(1 << 20);
  });

  it("ends a body of more than 64 MB with an error", async () => {
    const { url } = await serve((_, response) => {
      const block = Buffer.alloc(1 << 20, "x");
      const more = (): void => {
        while (!response.destroyed && response.write(block));
        if (!response.destroyed) response.once("drain", more);
      };
      response.on("error", () => {});
      more();
    });
    const { body } = await httpFetch(url);
    const read = async (): Promise<void> => {
      for await (const _ of body);
    };
    expect(await codeOf(read())).toBe("ERR_TOO_LONG");
  });

  it("refuses an encoding that was not asked for", async () => {
    const { url } = await serve((_, response) => response.writeHead(200, { "content-encoding": "br" }).end());
    expect(await codeOf(httpFetch(url))).toBe("ERR_ENCODING");
  });

  it("throws at the reader when the server cuts the answer off", async () => {
    const { url } = await serve((request, response) => {
      response.write("half");
      setTimeout(() => request.socket.destroy(), 20);
    });
    const { body } = await httpFetch(url);
    let seen = "";
    const read = async (): Promise<void> => {
      for await (const part of body) seen += Buffer.from(part).toString();
    };
    expect(await codeOf(read())).toBe("ERR_CUT");
    expect(seen).toBe("half");
  });

  it("lets the next request use the connection of an answer whose rest was drained", async () => {
    const { url, sockets } = await serve((_, response) => {
      response.write("first");
      setTimeout(() => response.end("rest"), 20);
    });
    const { body } = await httpFetch(url);
    await body.next();
    body.drain();
    expect(await body.next()).toEqual({ done: true, value: undefined });
    await new Promise((resolve) => setTimeout(resolve, 50));
    await (await httpFetch(url)).text();
    expect(sockets.size).toBe(1);
  });
});
