import type { KindName, PluginContext, Point, Registries } from "../../../core/types.js";
import type { TurnEvent } from "../../../schemas/event.js";
import type { Session } from "../../../schemas/session.js";
import { Allowance, callableIn } from "./allowance.js";
import type { Caller } from "./caller.js";
import { functionsOf } from "./host-item.js";
import { hostTap, tapOptions } from "./host-tap.js";
import { isKind, itemData } from "./item-data.js";
import { POINTS } from "./protocol.js";
import type { Unasked } from "./walled-process.js";

/** How long a tap may take that says nothing about it: what its hook point says, or a little longer. */
const TAP_DEADLINE = 600_000;
const GATE_DEADLINE = 10_000;

/** What a plugin's process offers: its functions by number, each put into the kernel once. A throw ends the process. */
export class Offers {
  readonly #ctx: PluginContext;
  readonly #caller: Caller;
  readonly #event: (event: TurnEvent, session: Session) => void;
  /** Numbers of functions in the process that runs now, by `kind/name/member` or `tap/POINT/n`. */
  readonly #numbers = new Map<string, number>();
  /** What has been put into the kernel; a process that is started again finds its places. */
  readonly #known = new Set<string>();
  readonly #allowance = new Allowance();

  constructor(ctx: PluginContext, caller: Caller, event: (event: TurnEvent, session: Session) => void) {
    this.#ctx = ctx;
    this.#caller = caller;
    this.#event = event;
  }

  /** The function behind a key; undefined where the process that runs now has not offered it. */
  numberOf(key: string): number | undefined {
    return this.#numbers.get(key);
  }

  /** Functions that are told of events. */
  get watchers(): readonly number[] {
    return [...this.#numbers].flatMap(([key, number]) => (key.startsWith("tap/Event/") ? [number] : []));
  }

  /** The process is another one, and has not offered anything yet. */
  startAnew(): void {
    this.#numbers.clear();
  }

  add({ kind, item, fns }: Extract<Unasked, { readonly do: "add" }>): void {
    if (!isKind(kind)) throw new Error(`it adds a ${kind}, which cannot come from another process`);
    const data = itemData(kind, item, this.#ctx.plugin);
    const key = `${kind}/${data.name}`;
    for (const [member, fn] of callableIn(kind, fns)) this.#numbers.set(`${key}/${member}`, fn);
    if (this.#known.has(key)) return;
    this.#allowance.item(data);
    const functions = functionsOf(kind, data.name, (member) => Object.hasOwn(fns, member), this.#caller);
    this.#ctx.add(kind as KindName, { ...data, ...functions } as unknown as Registries[KindName]);
    this.#known.add(key);
  }

  tap({ point, fn, options }: Extract<Unasked, { readonly do: "tap" }>): void {
    if (!POINTS.includes(point)) throw new Error(`it listens at ${point}, which cannot be done from another process`);
    if (!this.#mayListen(point)) throw new Error("it judges calls, which its manifest does not declare");
    let place = 0;
    while (this.#numbers.has(`tap/${point}/${place}`)) place++;
    const key = `tap/${point}/${place}`;
    this.#numbers.set(key, fn);
    if (this.#known.has(key)) return;
    this.#allowance.tap();
    this.#known.add(key);
    const facts = tapOptions(options);
    if (point === "Event") {
      if (place === 0) this.#ctx.tap("Event", this.#event, facts);
      return;
    }
    const deadline = facts.deadline ?? (point === "PreToolUse" ? GATE_DEADLINE : TAP_DEADLINE);
    const at = point as Exclude<Point, "Event">;
    this.#ctx.tap(at, hostTap(at, key, this.#caller, deadline) as never, facts);
  }

  /** Who was asked about a plugin was shown what its manifest says. */
  #mayListen(point: string): boolean {
    const { origin, provides } = this.#ctx.plugin;
    if (point !== "PreToolUse" || (origin !== "installed" && origin !== "project")) return true;
    return provides?.taps?.some((tap) => tap.point === point) ?? false;
  }
}
