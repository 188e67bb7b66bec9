import type { PluginContext } from "../../../core/types.js";
import { whyUnwritten } from "../../../schemas/errors.js";
import type { TurnEvent } from "../../../schemas/event.js";
import type { JsonObject } from "../../../schemas/json.js";
import type { Session } from "../../../schemas/session.js";
import { canonical, sha256 } from "./canonical.js";
import type { Chain } from "./chain.js";
import { isTold, recordOf } from "./record-of.js";
import { Shelf } from "./shelf.js";

interface Log {
  readonly file: string;
  readonly chain: Chain;
  /** Records that could not be written since the last one that was. */
  lost: number;
  settings: string;
}

interface Failed {
  readonly lost: number;
  readonly until: number;
  readonly error: unknown;
}

/** Milliseconds until a file that could not be begun is tried again: another process may hold the index. */
const REST = 1_000;

/** Milliseconds after which is written what waits for nobody: by then the model is at work. */
const LATER = 20;

interface Happening {
  readonly event: TurnEvent;
  readonly session: Session;
  /** When, in ISO 8601. */
  readonly at: string;
}

/** Writes down what happens in sessions, those that agents work in with the session they work for. */
export class Journal {
  readonly #ctx: PluginContext;
  readonly #shelf: Shelf;
  readonly #contents: boolean;
  readonly #logs = new Map<string, Log>();
  /** What has happened and is not written yet. */
  readonly #waiting: Happening[] = [];
  /** Sessions whose file could not be begun: what was lost of them, and until when it is not tried again. */
  readonly #failed = new Map<string, Failed>();
  #said = false;

  constructor(ctx: PluginContext) {
    this.#ctx = ctx;
    this.#shelf = new Shelf(ctx.kernel.home);
    this.#contents = ctx.settings["contents"] === true;
  }

  /** A call with effects is written before its tool runs, and a turn before it ends; the rest while others are waited for. */
  take(event: TurnEvent, session: Session): void {
    if (!isTold(event)) return;
    if (this.#waiting.push({ event, session, at: this.#now() }) === 1) setTimeout(() => this.#catchUp(), LATER).unref();
    if (event.type === "call" && event.effect !== "read") this.#writeAll();
    if (event.type === "end" || event.type === "close") this.#catchUp();
  }

  closeAll(): void {
    this.#writeAll();
    for (const id of this.#logs.keys()) this.#close(id);
  }

  #catchUp(): void {
    this.#writeAll();
    try {
      for (const { chain } of this.#logs.values()) chain.keepHead();
    } catch {
      // The next record cannot be written either, and that is said.
    }
  }

  #writeAll(): void {
    for (const one of this.#waiting.splice(0)) {
      const main = mainOf(one.session);
      try {
        this.#tell(one, main);
      } catch (error) {
        this.#fail(main, error);
      }
    }
  }

  #tell({ event, session, at }: Happening, main: Session): void {
    if (event.type === "close") return main === session ? this.#close(main.id) : undefined;
    const record = recordOf(event, this.#contents);
    if (!record) return;
    const log = this.#logs.get(main.id) ?? this.#begin(main.id);
    this.#write(log, { ...record, at }, session);
    if (event.type === "session" || event.type === "prompt") this.#tellSettings(log, session, at);
  }

  #begin(id: string): Log {
    const failed: Failed = this.#failed.get(id) ?? { lost: 0, until: 0, error: undefined };
    try {
      if (performance.now() < failed.until) throw failed.error;
      const log = { ...this.#shelf.begin(id, this.#now()), lost: failed.lost, settings: "" };
      this.#failed.delete(id);
      this.#logs.set(id, log);
      return log;
    } catch (error) {
      const until = error === failed.error ? failed.until : performance.now() + REST;
      this.#failed.set(id, { lost: failed.lost + 1, until, error });
      throw error;
    }
  }

  #write(log: Log, record: JsonObject, session: Session): void {
    const { agent, id } = session;
    const who = { session: id, ...(agent && { agent: { id: agent.id, type: agent.type } }) };
    const lost = log.lost > 0 ? { lost: log.lost } : {};
    try {
      log.chain.append({ ...record, ...who, ...lost });
      log.lost = 0;
    } catch (error) {
      log.lost++;
      throw error;
    }
  }

  /** Which settings are in force, by source and hash: at the beginning, and when they are others than before. */
  #tellSettings(log: Log, session: Session, at: string): void {
    const layers = this.#ctx.kernel.settings.layers.map(({ name, source, values }) => {
      return { name, source, sha256: sha256(canonical(values)) };
    });
    const digest = canonical(layers);
    if (digest === log.settings) return;
    log.settings = digest;
    this.#write(log, { type: "settings", layers, at }, session);
  }

  #close(id: string): void {
    const log = this.#logs.get(id);
    if (!log) return;
    this.#logs.delete(id);
    try {
      log.chain.close();
      this.#shelf.end(log.file, log.chain.head, this.#now());
    } catch {
      // The head of the file itself still tells how it ended.
    }
  }

  /** Said once; the session goes on. */
  #fail(session: Session, error: unknown): void {
    if (this.#said) return;
    this.#said = true;
    const text = `The audit log in ${this.#shelf.dir} cannot be written: ${whyUnwritten(error)}. The session goes on without it; the log tells how many records are missing once it can be written again.`;
    const { clock } = this.#ctx.kernel;
    // Not from within the event at hand: whoever else listens has not seen that one yet.
    queueMicrotask(() => session.emit({ type: "notice", at: clock.now(), level: "error", text }));
  }

  #now(): string {
    return new Date(this.#ctx.kernel.clock.now()).toISOString();
  }
}

function mainOf(session: Session): Session {
  let main = session;
  while (main.agent) main = main.agent.of;
  return main;
}
