import { Bill, type BillRow } from "../hooks/bill.js";
import { createWall, type Wall } from "../hooks/wall.js";
import type { Clock } from "../schemas/clock.js";
import { EXIT, messageOf, SettingError, UserError } from "../schemas/errors.js";
import { isObject } from "../schemas/json.js";
import type { Listed, Services } from "../schemas/kinds.js";
import type { Session, SessionInit } from "../schemas/session.js";
import { knowVariables } from "../schemas/redact.js";
import type { Origin } from "../schemas/settings.js";
import type { Engine } from "./engine.js";
import { pluginContext } from "./context.js";
import { openSession } from "./open.js";
import { inOrder } from "../hooks/order.js";
import { Points } from "../hooks/points.js";
import { overlay, Registry } from "./registry.js";
import { isData, isEager, Scope } from "../hooks/scope.js";
import { Settings } from "./settings.js";
import { systemClock } from "../hooks/system-clock.js";
import type { HookPoints, Kernel, KindName, Plugin, PluginState, Point, Registries } from "./types.js";

/** Where a kernel lives. */
export interface KernelOptions {
  readonly cwd?: string;
  /** `~/.nacre` otherwise. */
  readonly home?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly version?: string;
}

const LOAD_DEADLINE = 10_000;
const MAX_WARNINGS = 100;

/** Plugins, what they put in, and the road from one to the other. It knows when, never what. */
export class NacreKernel implements Kernel, Engine {
  readonly version: string;
  readonly cwd: string;
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly settings: Settings;
  readonly registry: Registry = new Registry();
  readonly points: Points<Scope<Plugin>>;
  readonly wall: Wall;
  readonly skipped: Map<string, string> = new Map();
  readonly warnings: string[] = [];
  revision = 0;
  /** Why the settings cannot be relied on. */
  broken?: unknown;
  /** Said to whoever watches a session; before one is open, kept in `warnings`. */
  onTrouble?: (sentence: string, plugin: string) => void;
  readonly #bill = new Bill();
  readonly #scopes = new Map<string, Scope<Plugin>>();
  /** Those with code: only they can listen. */
  readonly #coded = new Set<Scope<Plugin>>();
  /** Thousands of others may be nothing but folders of data: they need no scope, and wait for nobody. */
  readonly #data = new Map<string, PluginState>();
  /** Kinds of which plugins hold parts, once somebody has asked. */
  #held: Set<string> | undefined;
  readonly #sessions = new Set<Session>();

  constructor(options: Required<KernelOptions>) {
    ({ version: this.version, cwd: this.cwd, home: this.home, env: this.env } = options);
    knowVariables(this.env);
    this.settings = new Settings(this.env);
    this.wall = createWall(this.#bill, (plugin, sentence, last) => this.#trouble(plugin, sentence, last));
    this.points = new Points(
      this.wall,
      () => this.#coded,
      (condition) => (condition.startsWith("has:") ? this.#has(condition.slice(4)) : this.#isSet(condition)),
    );
  }

  get clock(): Clock {
    return this.registry.all("clock").find((entry) => entry.live)?.live ?? systemClock;
  }

  get plugins(): readonly PluginState[] {
    const scoped = [...this.#scopes.values()].map(({ plugin, state }): PluginState => ({ plugin, state }));
    return [...scoped, ...this.#data.values()];
  }

  set(path: string, value: unknown): void {
    this.settings.set(path, value, path);
    this.points.changed();
  }

  bill(): readonly BillRow[] {
    return this.#bill.rows();
  }

  all<K extends KindName>(kind: K): readonly (Listed<Registries[K]> & { readonly name: string })[] {
    return this.registry.all(kind).map((entry) => entry.data);
  }

  async get<K extends KindName>(kind: K, name: string): Promise<Registries[K] | undefined> {
    const entry = this.registry.find(kind, name);
    if (!entry) return undefined;
    if (!entry.live) {
      const failure = await this.activate(entry.owner);
      if (failure) throw failure;
      if (!entry.owner.hasCode) entry.live = entry.data as Registries[K];
    }
    if (!entry.live) {
      const owner = entry.owner.plugin.name;
      throw new UserError(`Plugin "${owner}" promises the ${kind} "${name}" but does not add it.`, EXIT.plugin);
    }
    return entry.live as Registries[K];
  }

  async service<N extends keyof Services>(name: N): Promise<Services[N] | undefined> {
    return (await this.get("service", name))?.service as Services[N] | undefined;
  }

  /** A hook with everybody on it who listens. */
  async hook<P extends Point>(point: P): Promise<HookPoints[P]> {
    for (const scope of this.points.waiting(point)) await this.activate(scope);
    return this.points.get(point);
  }

  open(init: SessionInit = {}): Promise<Session> {
    return openSession(this, init, this.#sessions);
  }

  async load(...plugins: readonly Plugin[]): Promise<void> {
    // Asked once: thousands of plugins are not to be looked up one by one where no file speaks of any.
    const switched = ["plugins", "enabledPlugins"].some((key) => this.settings.origins(key).length > 0);
    const wanted = plugins.filter((plugin) => {
      if (plugin.settings) this.settings.declare(plugin.settings, plugin.name);
      if (!this.#isWanted(plugin, switched)) return false;
      if (!isData(plugin)) return true;
      this.#data.set(plugin.name, { plugin, state: "data" });
      return false;
    });
    const { plugins: sorted, skipped } = inOrder(wanted, { has: (name) => this.#isLoaded(name) });
    for (const [name, sentence] of skipped) this.skipped.set(name, sentence);
    for (const plugin of sorted) this.#enter(plugin);
    this.#changed();
    for (const scope of this.#coded) if (isEager(scope)) await this.activate(scope);
  }

  async unload(name: string): Promise<readonly string[]> {
    const scope = this.#scopes.get(name);
    const plugin = scope?.plugin ?? this.#data.get(name)?.plugin;
    if (!plugin) return [];
    const gone: string[] = [];
    for (const other of [...this.#scopes.values()].toReversed()) {
      if (other.plugin.requires?.includes(name)) gone.push(...(await this.unload(other.plugin.name)));
    }
    this.#data.delete(name);
    this.settings.retract(plugin.settings, name);
    this.#changed();
    if (!scope) return [...gone, name];
    this.#scopes.delete(name);
    this.#coded.delete(scope);
    this.registry.drop(scope);
    for (const point of scope.points) this.points.retract(point);
    await this.#leave(scope);
    return [...gone, name];
  }

  async #leave(scope: Scope<Plugin>): Promise<void> {
    if (!scope.activation) return; // Nothing of it has run.
    for (const error of await scope.dispose()) {
      this.warnings.push(`Plugin "${scope.plugin.name}" failed while leaving: ${messageOf(error)}`);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const session of this.#sessions) await session.close();
    for (const scope of [...this.#coded].toReversed()) await this.#leave(scope);
    this.#coded.clear();
  }

  /** Runs a plugin's code, once. Resolves with why it failed, in one sentence. */
  activate(scope: Scope<Plugin>): Promise<UserError | undefined> {
    return (scope.activation ??= this.#run(scope));
  }

  async #run(scope: Scope<Plugin>): Promise<UserError | undefined> {
    const { plugin } = scope;
    if (!scope.hasCode) return undefined;
    try {
      await this.wall.call(plugin.name, "load", LOAD_DEADLINE, async () => {
        const setup = plugin.setup ?? (await plugin.load?.())?.default;
        if (typeof setup !== "function") throw new UserError("its module has no default export that is a function");
        await setup(pluginContext(this, scope));
      });
      scope.active = true;
    } catch (error) {
      const sentence = `Plugin "${plugin.name}" could not be loaded: ${messageOf(error)}.`.replace(/\.\.$/, ".");
      scope.failure = error instanceof SettingError ? error : new UserError(sentence, EXIT.plugin);
      this.skipped.set(plugin.name, scope.failure.message);
      this.registry.drop(scope);
      await scope.dispose();
      this.#trouble(plugin.name, scope.failure.message, false);
    }
    this.points.changed();
    return scope.failure;
  }

  #isWanted(plugin: Plugin, switched: boolean): boolean {
    const { name, id = name } = plugin;
    const said = switched ? this.#switch(name, id) : undefined;
    if ((said?.value ?? plugin.defaultEnabled ?? true) !== true) {
      this.skipped.set(name, `Plugin "${name}" is switched off${said ? ` in ${said.source}` : " by default"}.`);
      return false;
    }
    if (this.#isLoaded(name)) {
      const place = plugin.dir ?? "in process";
      this.skipped.set(`${name} (${place})`, `A plugin named "${name}" is there already.`);
      this.warnings.push(`The plugin in ${place} is not loaded: one named "${name}" is there already.`);
      return false;
    }
    return plugin.enabledBy?.some((setting) => this.#isSet(setting)) ?? true;
  }

  /** What the settings say of a plugin: by its name, or by its id in the table that community tools write. */
  #switch(name: string, id: string): Origin | undefined {
    const said = (path: string): readonly Origin[] =>
      this.settings.origins(path).filter((origin) => origin.held === undefined);
    const table = (origins: readonly Origin[]): Origin | undefined =>
      origins
        .map((origin) => ({ ...origin, value: isObject(origin.value) ? origin.value[id] : undefined }))
        .findLast(({ value }) => typeof value === "boolean");
    // What the machine's own policy says of plugins stands above all others.
    const managed = this.settings.origins("enabledPlugins").filter(({ layer }) => layer === "managed");
    return table(managed) ?? said(`plugins.${name}.enabled`).at(-1) ?? table(said("enabledPlugins"));
  }

  #isSet(setting: string): boolean {
    return this.settings.get(setting) !== undefined;
  }

  #isLoaded(name: string): boolean {
    return this.#scopes.has(name) || this.#data.has(name);
  }

  /** Whether a plugin that is loaded holds parts of a kind. */
  #has(kind: string): boolean {
    if (!this.#held) {
      this.#held = new Set();
      for (const { plugin } of this.plugins) for (const held of plugin.holds ?? []) this.#held.add(held);
    }
    return this.#held.has(kind);
  }

  /** Which plugins are there has changed. */
  #changed(): void {
    this.revision++;
    this.#held = undefined;
    this.points.changed();
  }

  #enter(plugin: Plugin): void {
    const scope = new Scope(plugin);
    try {
      for (const [kind, items] of Object.entries(plugin.provides ?? {})) {
        if (kind === "taps") continue;
        for (const data of items as readonly { readonly name: string }[]) {
          this.registry.add({ kind: kind as KindName, name: data.name, owner: scope, data });
        }
      }
    } catch (error) {
      this.registry.drop(scope);
      this.skipped.set(plugin.name, messageOf(error));
      this.warnings.push(`Plugin "${plugin.name}" is left out: ${messageOf(error)}`);
      if (!plugin.provides?.taps?.some(({ point }) => point === "PreToolUse")) return;
      scope.failure = new UserError(`Plugin "${plugin.name}" judges calls and is left out: ${messageOf(error)}`);
    }
    this.#scopes.set(plugin.name, scope);
    if (scope.hasCode) this.#coded.add(scope);
  }

  /** Adds an item at run time, or the code of one its manifest has told of. */
  add<K extends KindName>(owner: Scope<Plugin>, kind: K, item: Registries[K]): void {
    const { name } = item;
    const told = this.registry.find(kind, name);
    if (told && told.owner === owner && !told.live) {
      told.live = overlay(told as never, item as never) as never;
      return;
    }
    this.registry.add({ kind, name, owner, data: item as never, live: item });
  }

  /** The plugin of an item, for reports. */
  ownerOf(kind: KindName, name: string): string | undefined {
    return this.registry.find(kind, name)?.owner.plugin.name;
  }

  #trouble(plugin: string, sentence: string, last: boolean): void {
    if (this.warnings.length < MAX_WARNINGS) this.warnings.push(sentence);
    const tell = this.onTrouble;
    delete this.onTrouble; // Telling runs watchers, and the one that fails may be among them.
    tell?.(sentence, plugin);
    if (tell) this.onTrouble = tell;
    const gate = this.#scopes.get(plugin)?.taps.some((tap) => tap.point === "PreToolUse");
    if (!last || gate) return; // A gate is never cut off: without it calls would pass unjudged.
    this.skipped.set(plugin, `${sentence} It failed too often and was cut off.`);
    void this.unload(plugin);
  }
}
