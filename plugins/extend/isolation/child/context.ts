import type { KindName, PluginContext } from "../../../../core/types.js";
import type { JsonObject } from "../../../../schemas/json.js";
import { CALLABLE, POINTS, type Offered, type Start } from "../protocol.js";
import type { Desk } from "./desk.js";
import type { Refusals } from "./refusal.js";

/** What the code's context is made from, and what changes in it later. */
export interface World {
  readonly start: Start;
  readonly desk: Desk;
  readonly refusals: Refusals;
  offered: Offered;
  /** Aborted when the plugin goes. */
  readonly leaving: AbortController;
  readonly disposers: (() => void | Promise<void>)[];
}

/** The handle that the plugin's code gets: what goes in through it goes across the pipe. */
export function contextOf(world: World): PluginContext {
  const { start, desk, refusals, leaving, disposers } = world;
  const all = (kind: string): readonly JsonObject[] => world.offered[kind] ?? [];
  const context = {
    plugin: Object.freeze(start.plugin),
    settings: Object.freeze(start.settings),
    signal: leaving.signal,
    kernel: kernelOf(world, all),
    all,
    get: async (kind: string, name: string): Promise<JsonObject | undefined> => {
      if (kind === "service") throw refusals.error(`use the service "${name}"`);
      return all(kind).find((item) => item["name"] === name || aliasesOf(item).includes(name));
    },
    add: (kind: KindName, item: { readonly name: string }): void => add(world, kind, item),
    tap(point: string, fn: (...args: never[]) => unknown, options: JsonObject = {}): void {
      if (!POINTS.includes(point)) throw refusals.error(`listen at the point ${point}`);
      const number = desk.register({ kind: "tap", member: point, fn, self: context });
      desk.send({ do: "tap", point, fn: number, options });
    },
    point: (name: string): never => {
      throw refusals.error(`declare the hook point ${name}`);
    },
    onDispose: (fn: () => void | Promise<void>): void => void disposers.push(fn),
  };
  return context as unknown as PluginContext;
}

function add({ desk, refusals }: World, kind: string, item: { readonly name: string }): void {
  const callable = CALLABLE[kind];
  if (!callable) throw refusals.error(`offer the ${kind} "${String(item.name)}"`);
  const fns: Record<string, number> = {};
  const data: Record<string, unknown> = {};
  for (const member of membersOf(item)) {
    const value = (item as unknown as JsonObject)[member];
    if (typeof value !== "function") data[member] = value;
    else if (callable.includes(member)) {
      fns[member] = desk.register({ kind, member, fn: value as () => unknown, self: item });
    } else if (member !== "effectOf") throw refusals.error(`let "${member}" of the ${kind} "${item.name}" be called`);
  }
  desk.send({ do: "add", kind, item: data, fns });
}

/** Own properties and the methods of a class. */
function membersOf(item: object): readonly string[] {
  const names = new Set(Object.keys(item));
  for (let at: unknown = Object.getPrototypeOf(item); at && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    for (const name of Object.getOwnPropertyNames(at)) if (name !== "constructor") names.add(name);
  }
  return [...names];
}

function aliasesOf({ aliases }: JsonObject): readonly unknown[] {
  return Array.isArray(aliases) ? (aliases as readonly unknown[]) : [];
}

function kernelOf({ start, refusals }: World, all: (kind: string) => readonly JsonObject[]): object {
  const kernel = {
    ...start.kernel,
    clock: { now: () => Date.now(), id: () => crypto.randomUUID() },
    revision: 0,
    skipped: new Map<string, string>(),
    warnings: [],
    all,
    service: async (name: string): Promise<never> => {
      throw refusals.error(`use the service "${name}"`);
    },
  };
  return refusals.guard(kernel, (member) => `use "kernel.${member}"`);
}
