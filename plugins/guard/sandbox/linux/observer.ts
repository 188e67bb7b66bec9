import { createServer, type Server, type Socket } from "node:net";
import { isObject } from "../../../../schemas/json.js";

/** Different paths that are remembered of one command, and characters of what it says that are held back at a time. */
const MOST = 200;
const LONGEST = 64 * 1024;

/** Milliseconds that what was said may take to be heard. */
const PATIENCE = 200;

/**
 * Is told by the helper which paths a command opens for writing, makes, moves or removes, before it does. What it says
 * comes from inside: it explains refusals and decides nothing.
 */
export class Observer {
  readonly path: string;
  readonly writes: Set<string> = new Set<string>();
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(path: string) {
    this.path = path;
    this.#server = createServer((socket) => this.#listen(socket));
  }

  static async open(path: string): Promise<Observer> {
    const observer = new Observer(path);
    await new Promise<void>((resolve, reject) => {
      observer.#server.once("error", reject);
      observer.#server.listen(path, resolve);
    });
    observer.#server.unref();
    return observer;
  }

  /** Resolves when everything that was said has been heard: the command has ended, so its end of the line closes. */
  async drained(): Promise<void> {
    const open = [...this.#sockets].map(
      (socket) => new Promise<void>((resolve) => socket.once("close", () => resolve())),
    );
    if (open.length === 0) return;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, PATIENCE)));
    await Promise.race([Promise.all(open), late]);
    clearTimeout(timer);
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #listen(socket: Socket): void {
    let rest = "";
    this.#sockets.add(socket);
    socket.unref();
    socket.on("error", () => socket.destroy());
    socket.on("close", () => this.#sockets.delete(socket));
    socket.on("data", (chunk) => {
      const lines = (rest + chunk.toString("utf8")).split("\n");
      rest = lines.pop()!.slice(-LONGEST);
      for (const line of lines) this.#note(line);
    });
  }

  #note(line: string): void {
    if (this.writes.size >= MOST) return;
    try {
      const event: unknown = JSON.parse(line);
      const path = isObject(event) ? event["path"] : undefined;
      if (typeof path === "string" && path.startsWith("/") && path.length < 4096 && !NOISE.test(path))
        this.writes.add(path);
    } catch {
      // Not a line of the helper's.
    }
  }
}

/** Opened for writing by nearly every program, and never worth a word. */
const NOISE = /^\/dev\/|^\/proc\/(?:self|thread-self|\d+)\/|\/__pycache__(?:\/|$)|\.pyc(?:\.\d+)?$/;
