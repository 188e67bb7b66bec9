import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { PluginContext } from "../../../core/types.js";
import { EXIT, UserError, messageOf } from "../../../schemas/errors.js";
import type { TurnEvent } from "../../../schemas/event.js";
import type { IsolatedCode, ProcessAccount } from "../../../schemas/isolation.js";
import type { JsonObject } from "../../../schemas/json.js";
import { realPath } from "../../../schemas/real-path.js";
import type { Session } from "../../../schemas/session.js";
import { capabilityIn } from "../capability.js";
import type { CallOptions, Caller } from "./caller.js";
import { Errands } from "./errands.js";
import { EventFlow, tellEach } from "./event-flow.js";
import { grantedVariables, launch } from "./launch.js";
import type { Start } from "./protocol.js";
import { Offers } from "./offers.js";
import { keepTrack } from "./running.js";
import { factsOf, offeredIn, pluginsOf } from "./session-facts.js";
import { drawn } from "./drawn.js";
import { ProcessEnded, WalledProcess, type CallLimits, type Unasked } from "./walled-process.js";
import type { WatchLimits } from "./watch.js";

/** A process that ends before its time is started again so often, less one. */
const STARTS = 2;
/** Events are not sent while so many bytes wait to be read. */
const MOST_UNREAD = 4 * 1024 * 1024;

export interface Limits extends WatchLimits {
  /** Milliseconds in which a tool or command has to answer or to tell of its progress. */
  readonly quiet: number;
}

/** A plugin whose code runs in a process of its own: stands in its place on this side of the pipe. */
export class IsolatedPlugin implements Caller {
  readonly #code: IsolatedCode;
  readonly #ctx: PluginContext;
  readonly #limits: Limits;
  /** How long a call may take that nothing is heard of. */
  readonly #quiet: NonNullable<CallLimits["quiet"]>;
  readonly #errands: Errands;
  readonly #events = new EventFlow((session, events) => this.#giveEvents(session, events));
  readonly #offers: Offers;
  #process: WalledProcess | undefined;
  #starting: Promise<WalledProcess> | undefined;
  #starts = 0;
  #revision = -1;
  #hasLeft = false;
  /** Of processes that have ended. */
  #cpu = 0;
  #peak = 0;
  #log = "";
  readonly #endings: string[] = [];

  constructor(code: IsolatedCode, ctx: PluginContext, limits: Limits) {
    this.#code = code;
    this.#ctx = ctx;
    this.#limits = limits;
    const { quiet: ms } = limits;
    const sentence = `Plugin "${code.name}" has neither answered nor told of its progress for ${ms / 1000} s (isolation.call_secs), so the call was given up.`;
    this.#quiet = { ms, sentence };
    this.#errands = new Errands(code.name, ctx);
    this.#offers = new Offers(ctx, this, (event, session) => this.#event(event, session));
  }

  get patience(): number {
    return this.#limits.silence;
  }

  /** Runs the code's setup. What it adds is in the kernel when this resolves. */
  async setUp(): Promise<void> {
    this.#ctx.onDispose(() => this.#leave());
    await this.#run();
  }

  async call(key: string, args: readonly unknown[], options: CallOptions): Promise<unknown> {
    try {
      const running = this.#process?.isOpen && !this.#starting ? this.#process : await this.#run();
      const { signal, deadline, isLong = false } = options;
      let id = 0;
      const message = (number: number): ReturnType<IsolatedPlugin["message"]> =>
        this.message((id = number), key, args, options);
      try {
        const limits = { ...(deadline !== undefined && { deadline }), ...(isLong && { quiet: this.#quiet }) };
        return await running.call(message, { signal, ...limits });
      } finally {
        this.#errands.close(id, options);
      }
    } catch (error) {
      throw this.#named(error);
    }
  }

  async *stream(key: string, args: readonly unknown[], options: CallOptions): AsyncGenerator<unknown> {
    const running = await this.#run().catch((error: unknown) => {
      throw this.#named(error);
    });
    try {
      yield* drawn(running, (id) => this.message(id, key, args, options), options.signal);
    } catch (error) {
      throw this.#named(error);
    }
  }

  /** A call as it is sent. */
  message(
    id: number,
    key: string,
    args: readonly unknown[],
    options: CallOptions,
  ): Extract<Parameters<WalledProcess["tell"]>[0], { readonly do: "call" }> {
    const fn = this.#offers.numberOf(key);
    if (fn === undefined)
      throw new UserError(`plugin "${this.#code.name}" did not offer ${key} again after it was started anew`);
    const { session } = options;
    this.#errands.open(id, options);
    const { revision } = this.#ctx.kernel;
    const isOld = revision !== this.#revision;
    this.#revision = revision;
    return {
      do: "call",
      id,
      fn,
      args,
      ...(session && { session: factsOf(session) }),
      ...(isOld && { offered: offeredIn(this.#ctx.kernel) }),
    };
  }

  account(): ProcessAccount {
    const running = this.#process?.isOpen ? this.#process : undefined;
    const { watch, pid } = running ?? {};
    return {
      plugin: this.#code.name,
      ...(pid !== undefined && { pid }),
      memory: watch?.look() ?? 0,
      peak: Math.max(this.#peak, this.#process?.watch.peak ?? 0),
      cpu: this.#cpu + (watch?.cpu ?? 0),
      starts: this.#starts,
      endings: this.#endings,
      log: this.#process?.log.text ?? this.#log,
    };
  }

  /** The process, started where there is none. Rejects when it has ended too often. */
  #run(): Promise<WalledProcess> {
    if (this.#starting) return this.#starting;
    if (this.#process?.isOpen) return Promise.resolve(this.#process);
    if (this.#hasLeft) return Promise.reject(new UserError(`plugin "${this.#code.name}" has been unloaded`));
    if (this.#starts >= STARTS) return Promise.reject(new UserError(this.#endings.at(-1) ?? "it is off", EXIT.plugin));
    this.#starting = this.#start().finally(() => (this.#starting = undefined));
    return this.#starting;
  }

  async #start(): Promise<WalledProcess> {
    this.#starts++;
    await this.#code.check?.();
    this.#offers.startAnew();
    this.#revision = this.#ctx.kernel.revision;
    const launched = await launch(this.#code, this.#ctx.kernel, this.#limits.memory);
    keepTrack(launched.child);
    const take = (message: Unasked): void => this.#take(message);
    const running = new WalledProcess(launched, { take, ended: (how) => this.#ended(running, how) }, this.#limits);
    this.#process = running;
    try {
      await running.call((id) => this.#startMessage(id));
    } catch (error) {
      await running.leave();
      throw error instanceof ProcessEnded ? new UserError(`its process ${error.message}`, EXIT.plugin) : error;
    }
    return running;
  }

  #startMessage(id: number): Start {
    const { dir, main, granted, remedy } = this.#code;
    const { kernel, settings, plugin } = this.#ctx;
    const { version, cwd, home, env } = kernel;
    return {
      do: "start",
      id,
      module: pathToFileURL(join(realPath(dir) ?? dir, main)).href,
      plugin: plugin as unknown as JsonObject,
      settings,
      kernel: { version, cwd, home, env: grantedVariables(env, granted), plugins: pluginsOf(kernel) },
      offered: offeredIn(kernel),
      remedy,
      mayStart: granted.some((text) => capabilityIn(text)?.kind === "exec"),
    };
  }

  #take(message: Unasked): void {
    if (message.do === "add") return this.#offers.add(message);
    if (message.do === "tap") return this.#offers.tap(message);
    const process = this.#process;
    if (message.do === "tell") return this.#errands.tell(message);
    this.#errands.run(message, (answer) => process?.tell({ do: "answer", id: message.id, ...answer }));
  }

  #event(event: TurnEvent, session: Session): void {
    this.#errands.meet(session);
    if (this.#errands.isDeaf) return;
    this.#events.add(event, session);
  }

  #giveEvents(session: Session, events: readonly TurnEvent[]): boolean {
    const process = this.#process;
    if (!process?.isOpen) {
      if (this.#starts < STARTS && !this.#hasLeft) this.#run().catch(() => undefined); // What follows is heard again.
      return true;
    }
    if (this.#starting || process.unread > MOST_UNREAD) return false;
    const fns = this.#offers.watchers;
    tellEach(
      events,
      (some) => process.watched({ do: "events", fns, session: factsOf(session), events: some }),
      ({ type }, error) => this.failed(`Event "${type}"`, error),
    );
    return true;
  }

  failed(place: string, error: unknown): void {
    this.#errands.notice(`Plugin "${this.#code.name}" failed in ${place}: ${messageOf(this.#named(error))}`);
  }

  #ended(process: WalledProcess, how: string): void {
    const { name } = this.#code;
    const isLast = this.#starts >= STARTS;
    const sentence = `The process of plugin "${name}" ${how}.${isLast ? " It stays off for the rest of this run." : ""}`;
    this.#endings.push(sentence);
    this.#keep(process);
    this.#errands.notice(sentence);
  }

  #keep({ watch, log }: WalledProcess): void {
    this.#cpu += watch.cpu;
    this.#peak = Math.max(this.#peak, watch.peak);
    this.#log = log.text;
  }

  /** An error of the process as one sentence that names the plugin. */
  #named(error: unknown): unknown {
    if (!(error instanceof ProcessEnded)) return error;
    return new UserError(this.#endings.at(-1) ?? `The process of plugin "${this.#code.name}" was ended.`, EXIT.plugin);
  }

  async #leave(): Promise<void> {
    this.#events.flush();
    this.#hasLeft = true;
    await this.#process?.leave();
  }
}
