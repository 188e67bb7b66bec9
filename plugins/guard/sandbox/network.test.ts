import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createSocket, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { boxed, text, texts, whyNot } from "./testing.js";

const reason = await whyNot();
const walls = describe.skipIf(reason !== undefined);
const title = (name: string): string => (reason === undefined ? name : `${name} (skipped: ${reason})`);

walls(title("The network in the sandbox"), () => {
  it("is not there, whether no list or an empty one is given (advisories 4, 29)", async () => {
    const server = createServer((_, response) => response.end("REACHED")).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const command = `curl -s -m 3 http://127.0.0.1:${port}/; exec 3<>/dev/tcp/127.0.0.1/${port} && echo REACHED; getent hosts example.com`;
    for (const settings of [{}, { "sandbox.network.allowedDomains": [] }]) {
      expect(await text(command, { settings, session: { headless: true } })).not.toContain("REACHED");
    }
    server.close();
  });

  it("leads to the hosts on the list and to no other, and carries no password", async () => {
    const asked: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      asked.push(request.headers["proxy-authorization"]);
      response.end("REACHED");
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    await using shell = await boxed(
      [
        `curl -s http://127.0.0.1:${port}/`,
        `curl -s -m 5 http://127.0.0.2:${port}/; curl -s -m 5 -x socks5h://localhost:3128 http://127.0.0.3:${port}/; curl -s -m 5 http://example.com/`,
        "env | grep -i proxy | grep -c @ || true",
      ],
      { settings: { "sandbox.network.allowedDomains": [`127.0.0.1:${port}`] } },
    );
    const [allowed, others, passwords] = texts(shell);
    expect(allowed).toBe("REACHED");
    expect(others).not.toContain("REACHED");
    for (const host of ["127.0.0.2", "127.0.0.3"])
      expect(others).toContain(`Connecting to ${host}:${port} was refused`);
    expect(passwords).toBe("0");
    expect(asked).toEqual([undefined]);
    server.close();
  });

  it("is asked about once for each host, and a yes can be kept as a rule", async () => {
    const server = createServer((_, response) => response.end("REACHED")).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const questions: string[] = [];
    await using shell = await boxed(
      [
        `curl -s --noproxy '' http://127.0.0.1:${port}/; curl -s --noproxy '' http://127.0.0.1:${port}/`,
        `curl -s --noproxy '' http://127.0.0.1:${port}/`,
        `curl -s --noproxy '' http://127.0.0.9:${port}/`,
        `curl -s --noproxy '' http://127.0.0.1:${port + 1}/`,
      ],
      {
        ask: async ({ reason, suggestions }) => {
          questions.push(reason);
          expect(suggestions[0]).toMatchObject({ rules: [{ toolName: "WebFetch" }], behavior: "allow" });
          return reason.includes(`127.0.0.1, port ${port},`)
            ? { behavior: "allow" }
            : { behavior: "deny", message: "no" };
        },
      },
    );
    expect(texts(shell)[0]).toBe("REACHEDREACHED");
    expect(texts(shell)[1]).toBe("REACHED");
    expect(texts(shell)[2]).not.toMatch(/^REACHED/);
    // What was allowed is what was shown: another port is another service.
    expect(questions).toHaveLength(3);
    server.close();
  });

  it("is not asked about without end", async () => {
    let questions = 0;
    const command = "for n in {1..9}; do curl -s -m 5 --noproxy '' http://127.0.0.$n:9/ >/dev/null; done; echo done";
    const output = await text(command, {
      ask: async () => {
        questions++;
        return { behavior: "deny", message: "no" };
      },
    });
    expect(output).toMatch(/^done/);
    expect(questions).toBe(5);
  });

  it("is not asked about when the list is strict", async () => {
    const output = await text("curl -s -m 5 --noproxy '' http://127.0.0.1:9/; echo $?", {
      settings: { "sandbox.network.strictAllowlist": true },
      ask: () => Promise.reject(new Error("Nobody is to be asked.")),
    });
    expect(output).toMatch(/^[1-9]/);
  });

  it("has no pairs of Unix sockets either that send to others, and no keys of the kernel's", async () => {
    const perl = [
      "use Socket; print socketpair(A, B, AF_UNIX, SOCK_DGRAM, 0) ? 1 : 0",
      "print socketpair(C, D, AF_UNIX, 3, 0) ? 1 : 0",
      "print socketpair(E, F, AF_UNIX, SOCK_STREAM, 0) ? 1 : 0",
      `print syscall(${process.arch === "x64" ? 250 : 219}, 0, -3, 0) < 0 ? 0 : 1`,
    ].join("; ");
    expect(await text(`perl -e '${perl}'`)).toBe("0010");
    const settings = { "sandbox.network.allowedDomains": ["example.com"] };
    expect(await text(`perl -e '${perl}'`, { settings })).toBe("0010");
    expect(await text(`perl -e '${perl}'`, { settings: { "sandbox.network.allowAllUnixSockets": true } })).toBe("1110");
  });

  it("has no Unix sockets unless they are all allowed", async () => {
    const path = join(mkdtempSync(join(tmpdir(), "nacre-sock-")), "s");
    const server = createSocket((socket) => socket.end("REACHED")).listen(path);
    await once(server, "listening");
    const command = `${process.execPath} -e "require('net').connect('${path}').on('data', d => console.log(String(d))).on('error', e => console.log(e.code))"`;
    expect(await text(command)).not.toContain("REACHED");
    expect(await text(command, { settings: { "sandbox.network.allowAllUnixSockets": true } })).toContain("REACHED");
    server.close();
  });

  it("goes through the user's own proxy where one is named", async () => {
    const proxy = createServer((request, response) => response.end(`asked for ${request.url}`)).listen(0, "127.0.0.1");
    await once(proxy, "listening");
    const { port } = proxy.address() as AddressInfo;
    const output = await text("curl -s http://anything.test/x", {
      settings: { "sandbox.network.httpProxyPort": port },
    });
    expect(output).toBe("asked for http://anything.test/x");
    proxy.close();
  });
});
