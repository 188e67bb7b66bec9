import { createServer, connect, type Server, type Socket } from "node:net";
import { messageOf } from "../../../../schemas/errors.js";
import type { Hosts } from "../policy/policy.js";
import type { Proxies } from "./proxies.js";

/** Whether a connection may be made; asked once for each. */
export type Judge = (host: string, port: number) => Promise<boolean>;

/** Connections of one command at a time. */
const MOST = 512;

/** Milliseconds a client has to say its first word. */
const PATIENCE = 10_000;

/** Where a door is: at a path, or on a port of this machine that asks for a password. */
export type Place = { readonly path: string } | { readonly token: string };

/**
 * One command's way out: a socket in a private folder, so that no password is needed, and what comes through it is this
 * command's. Only where the system's walls know no sockets of that kind it is a local port with a password.
 */
export class Door {
  /** What was refused, as `host:port`. */
  readonly refused: Set<string> = new Set<string>();
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #hosts: Hosts;
  readonly #judge: Judge;
  readonly #token: string | undefined;
  #proxies: Promise<Proxies> | undefined;

  private constructor(token: string | undefined, hosts: Hosts, judge: Judge) {
    this.#token = token;
    this.#hosts = hosts;
    this.#judge = judge;
    this.#server = createServer((socket) => this.#take(socket));
    this.#server.maxConnections = MOST;
  }

  static async open(place: Place, hosts: Hosts, judge: Judge): Promise<Door> {
    const door = new Door("token" in place ? place.token : undefined, hosts, judge);
    await new Promise<void>((resolve, reject) => {
      door.#server.once("error", reject);
      door.#server.listen("path" in place ? place : { host: "127.0.0.1", port: 0 }, resolve);
    });
    door.#server.unref();
    return door;
  }

  get port(): number | undefined {
    const address = this.#server.address();
    return address !== null && typeof address === "object" ? address.port : undefined;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #take(socket: Socket): void {
    this.#sockets.add(socket);
    socket.setTimeout(PATIENCE, () => socket.destroy());
    socket.on("close", () => this.#sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    // SOCKS begins with its version, five; HTTP with a letter.
    socket.once("data", (first) => {
      socket.setTimeout(0);
      socket.removeAllListeners("timeout");
      socket.pause();
      socket.unshift(first);
      void this.#serve(socket, first[0] === 5);
    });
  }

  async #serve(socket: Socket, isSocks: boolean): Promise<void> {
    const { httpPort, socksPort } = this.#hosts;
    try {
      if (httpPort !== undefined || socksPort !== undefined) return hand(socket, isSocks ? socksPort : httpPort);
      this.#proxies ??= this.#start();
      const { http, socks } = await this.#proxies;
      if (isSocks) socks(socket);
      else http(socket);
      socket.resume();
    } catch (error) {
      socket.end(`HTTP/1.1 502 Bad Gateway\r\n\r\n${messageOf(error)}\n`);
    }
  }

  async #start(): Promise<Proxies> {
    const { startProxies } = await import("./proxies.js");
    return startProxies(
      this.#hosts,
      async (host, port) => {
        const allowed = await this.#judge(host, port);
        if (!allowed) this.refused.add(`${host}:${port}`);
        return allowed;
      },
      this.#token,
    );
  }
}

/** Passes a connection on to a proxy of the user's own. */
function hand(socket: Socket, port: number | undefined): void {
  if (port === undefined) return void socket.destroy();
  const upstream = connect(port, "127.0.0.1");
  upstream.on("error", () => socket.destroy());
  socket.on("close", () => upstream.destroy());
  upstream.on("close", () => socket.destroy());
  socket.pipe(upstream).pipe(socket);
}
