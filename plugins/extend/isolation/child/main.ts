import type { Setup } from "../../../../core/types.js";
import type { JsonObject } from "../../../../schemas/json.js";
import type { Call, Start, ToChild } from "../protocol.js";
import { contextOf, type World } from "./context.js";
import { Desk, wireError } from "./desk.js";
import { harden } from "./harden.js";
import { invoke } from "./invoke.js";
import { Pipe } from "./pipe.js";
import { Refusals } from "./refusal.js";
import { Sessions } from "./session.js";
import { Outflow } from "./outflow.js";

/** How long what is said at the end may take, in ms. */
const PARTING = 500;

/** A plugin's process: it sets the code up, and then does what it is asked across the pipe. */
class PluginProcess {
  readonly #pipe = new Pipe((message) => this.#take(message));
  readonly #desk = new Desk((message) => this.#pipe.send(message));
  readonly #running = new Map<number, AbortController>();
  readonly #streams = new Map<number, Outflow>();
  readonly #tools = new Map<string, JsonObject>();
  #world: World | undefined;
  #sessions: Sessions | undefined;

  #take(message: ToChild): void {
    switch (message.do) {
      case "start":
        return void this.#answer(message.id, () => this.#start(message));
      case "call":
        return void this.#call(message);
      case "stop":
        return this.#running.get(message.id)?.abort();
      case "more":
        return this.#streams.get(message.id)?.allow(message.count);
      case "events":
        return this.#events(message);
      case "answer":
        return this.#desk.settle(message.id, message.value, message.error);
      case "ping":
        return this.#pipe.send({ do: "pong", id: message.id, memory: process.memoryUsage.rss() });
      case "end":
        return void this.#end();
    }
  }

  async #answer(id: number, work: () => unknown): Promise<void> {
    let reply: Parameters<Pipe["send"]>[0];
    try {
      reply = { do: "answer", id, value: await work() };
    } catch (error) {
      reply = { do: "answer", id, error: wireError(error) };
    }
    try {
      this.#pipe.send(reply);
    } catch (error) {
      this.#pipe.send({ do: "answer", id, error: wireError(error) });
    }
  }

  async #start(start: Start): Promise<void> {
    if (!start.mayStart) harden();
    const refusals = new Refusals(String(start.plugin["name"]), start.remedy);
    this.#sessions = new Sessions(this.#desk, refusals);
    const { offered } = start;
    const world = { start, desk: this.#desk, refusals, offered, leaving: new AbortController(), disposers: [] };
    this.#world = world;
    for (const item of offered["tool"] ?? []) this.#tools.set(String(item["name"]), item);
    const { default: setup } = (await import(start.module)) as { readonly default?: Setup };
    if (typeof setup !== "function") throw new Error("its module has no default export that is a function");
    await setup(contextOf(world));
  }

  async #call(call: Call): Promise<void> {
    const { id, offered } = call;
    const stop = new AbortController();
    this.#running.set(id, stop);
    // At once: what it may send is told right behind the call.
    const flow = new Outflow((value) => this.#pipe.send({ do: "piece", id, value }), stop.signal);
    this.#streams.set(id, flow);
    if (offered && this.#world) this.#world.offered = offered;
    await this.#answer(id, async () => {
      const { refusals } = this.#world!;
      const scene = { desk: this.#desk, sessions: this.#sessions!, refusals, signal: stop.signal, tools: this.#tools };
      const callable = this.#desk.callable(call.fn);
      const result = await invoke(callable, call, scene);
      const isStream = callable.kind === "provider" && callable.member === "stream";
      return isStream ? flow.run(result as AsyncIterable<unknown>) : result;
    });
    this.#running.delete(id);
    this.#streams.delete(id);
  }

  /** Watchers: one that throws costs nobody else anything. */
  #events({ fns, session, events }: Extract<ToChild, { readonly do: "events" }>): void {
    const own = this.#sessions!.of(session);
    for (const event of events) {
      for (const number of fns) {
        const { fn, self } = this.#desk.callable(number);
        try {
          Reflect.apply(fn, self, [event, own]);
        } catch (error) {
          this.#desk.tell("failed", session.id, { text: wireError(error).message });
        }
      }
    }
  }

  async #end(): Promise<void> {
    setTimeout(() => process.exit(0), PARTING).unref();
    this.#world?.leaving.abort();
    for (const dispose of this.#world?.disposers.splice(0).toReversed() ?? []) {
      try {
        await dispose();
      } catch (error) {
        process.stderr.write(`onDispose: ${String(error)}\n`);
      }
    }
    process.exit(0);
  }
}

/** Runs as long as the pipe does. */
export const plugin: PluginProcess = new PluginProcess();
