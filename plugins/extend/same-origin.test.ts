import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { OtherOrigin, sameOriginFetch } from "./same-origin.js";

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Site {
  readonly server: Server;
  readonly origin: string;
  readonly seen: Seen[];
}

/** A real server that answers what a path asks for: `/redirect/<status>?to=<address>`, else its own name. */
async function site(name: string): Promise<Site> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += String(chunk)));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      seen.push({ method, url, headers, body });
      const status = /^\/redirect\/(\d+)/.exec(url)?.[1];
      const to = new URL(url, "http://x").searchParams.get("to");
      if (status !== undefined && to !== null) response.writeHead(Number(status), { location: to }).end("moved");
      else response.end(name);
    });
  });
  await new Promise<void>((done) => void server.listen(0, "127.0.0.1", done));
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

let home: Site;
let other: Site;
beforeEach(async () => {
  [home, other] = [await site("home"), await site("other")];
});
afterEach(async () => {
  for (const { server } of [home, other]) {
    server.closeAllConnections();
    await new Promise((done) => void server.close(done));
  }
});

const HEADERS = { "X-Tenant": "secret", Authorization: "Bearer secret" };

describe("sameOriginFetch", () => {
  it("sends the configured headers to the server's origin, whatever the path", async () => {
    const go = sameOriginFetch(`${home.origin}/mcp`, HEADERS);
    expect(await (await go(`${home.origin}/elsewhere`)).text()).toBe("home");
    expect(home.seen[0]!.headers).toMatchObject({ "x-tenant": "secret", authorization: "Bearer secret" });
  });

  it("lets the client's own headers win, whatever their case", async () => {
    const go = sameOriginFetch(home.origin, HEADERS);
    await go(home.origin, { headers: { authorization: "Bearer mine", "X-TENANT": "mine" } });
    expect(home.seen[0]!.headers).toMatchObject({ "x-tenant": "mine", authorization: "Bearer mine" });
  });

  it.each([301, 302, 303, 307, 308])(
    "refuses a redirect (%i) to another origin and asks nothing there",
    async (status) => {
      const go = sameOriginFetch(home.origin, HEADERS);
      const asked = go(`${home.origin}/redirect/${status}?to=${other.origin}/steal`, { method: "POST", body: "x" });
      await expect(asked).rejects.toThrow(OtherOrigin);
      await expect(asked).rejects.toThrow(other.origin);
      expect(other.seen).toEqual([]);
    },
  );

  it("takes another port and another name for the same address as another origin", async () => {
    const go = sameOriginFetch(home.origin, HEADERS);
    const { port } = new URL(home.origin);
    await expect(go(`${home.origin}/redirect/307?to=http://localhost:${port}/`)).rejects.toThrow(OtherOrigin);
    await expect(go(`${home.origin}/redirect/307?to=//127.0.0.1:1/`)).rejects.toThrow(OtherOrigin);
  });

  it("follows redirects within the origin, with headers and body", async () => {
    const go = sameOriginFetch(home.origin, HEADERS);
    const answer = await go(`${home.origin}/redirect/307?to=/next`, { method: "POST", body: "text" });
    expect(await answer.text()).toBe("home");
    expect(home.seen[1]).toMatchObject({
      method: "POST",
      url: "/next",
      body: "text",
      headers: { "x-tenant": "secret" },
    });
  });

  it.each([
    [303, "POST", "GET"],
    [302, "POST", "GET"],
    [307, "PUT", "PUT"],
  ])("follows %i after %s by %s", async (status, method, then) => {
    await sameOriginFetch(home.origin, {})(`${home.origin}/redirect/${status}?to=/next`, { method, body: "text" });
    expect(home.seen[1]).toMatchObject({ method: then, body: then === "GET" ? "" : "text" });
  });

  it("refuses to leave after a redirect within the origin", async () => {
    const way = encodeURIComponent(`/redirect/302?to=${other.origin}`);
    await expect(sameOriginFetch(home.origin, HEADERS)(`${home.origin}/redirect/302?to=${way}`)).rejects.toThrow(
      OtherOrigin,
    );
    expect(other.seen).toEqual([]);
  });

  it("asks another origin, such as one that a server's event names, without the configured headers", async () => {
    await sameOriginFetch(home.origin, HEADERS)(`${other.origin}/messages`, { method: "POST", body: "x" });
    expect(other.seen[0]!.headers).not.toHaveProperty("x-tenant");
    expect(other.seen[0]!.headers).not.toHaveProperty("authorization");
  });

  it("gives up after five redirects", async () => {
    let way = "/end";
    for (let n = 0; n < 6; n++) way = `/redirect/302?to=${encodeURIComponent(way)}`;
    await expect(sameOriginFetch(home.origin, HEADERS)(home.origin + way)).rejects.toThrow("more than 5 times");
  });

  it("stops when it is told to", async () => {
    const stop = AbortSignal.abort(new Error("stopped"));
    await expect(sameOriginFetch(home.origin, HEADERS)(home.origin, { signal: stop })).rejects.toThrow("stopped");
  });
});
