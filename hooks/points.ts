import { SyncBailHook, SyncHook, SyncLoopHook, SyncWaterfallHook, type Hook } from "tapable";
import { corePoints } from "./index.js";
import type { Scope } from "./scope.js";
import type { HookPoints, Point } from "./tap.js";
import type { Wall } from "./wall.js";

type Fn = (...args: never[]) => unknown;
type AnyHook = Hook<unknown[], unknown> & { tapPromise(options: { name: string }, fn: Fn): void };

const SYNC: ReadonlySet<unknown> = new Set([SyncHook, SyncBailHook, SyncWaterfallHook, SyncLoopHook]);

/**
 * The hooks, made from the scopes. tapable cannot untap: when what is tapped changes, the hook is made again from the
 * taps that are left, and a call in flight finishes on the hook it began with.
 */
export class Points<S extends Scope = Scope> {
  readonly #makers = new Map<string, (wall: Wall) => unknown>(Object.entries(corePoints));
  readonly #made = new Map<string, unknown>();
  readonly #wall: Wall;
  readonly #scopes: () => Iterable<S>;
  readonly #holds: (condition: string) => boolean;

  constructor(wall: Wall, scopes: () => Iterable<S>, holds: (condition: string) => boolean) {
    this.#wall = wall;
    this.#scopes = scopes;
    this.#holds = holds;
  }

  declare(point: Point, make: (wall: Wall) => unknown): void {
    if (this.#makers.has(point)) throw new Error(`The hook point ${point} is declared twice.`);
    this.#makers.set(point, make);
  }

  retract(point: Point): void {
    this.#makers.delete(point);
    this.#made.delete(point);
  }

  /** Forgets the hooks made so far: taps have changed. */
  changed(): void {
    this.#made.clear();
  }

  get<P extends Point>(point: P): HookPoints[P] {
    return (this.#made.get(point) ?? this.#make(point)) as HookPoints[P];
  }

  /** Plugins whose code has to be loaded before this point can be fired. */
  waiting(point: Point): readonly S[] {
    if (this.#made.has(point)) return [];
    return [...this.#scopes()].filter(
      (scope) => scope.hasCode && !scope.active && scope.failure === undefined && this.#declares(scope, point),
    );
  }

  #declares(scope: Scope, point: Point): boolean {
    return scope.declared(this.#holds).some((tap) => tap.point === point);
  }

  #make(point: Point): unknown {
    const make = this.#makers.get(point);
    if (!make) throw new Error(`No plugin has declared the hook point ${point}.`);
    const hook = make(this.#wall) as AnyHook;
    const add = (options: { name: string }, fn: Fn): void => {
      if (SYNC.has(hook.constructor)) hook.tap(options, fn as never);
      else hook.tapPromise(options, async (...args) => fn(...args));
    };
    for (const scope of this.#scopes()) {
      const { name } = scope.plugin;
      const { failure } = scope;
      if (failure && GATES.has(point) && this.#declares(scope, point)) add({ name }, failed(failure.message));
      for (const tap of scope.taps) if (tap.point === point) add({ name, ...tap.options }, tap.fn);
    }
    this.#made.set(point, hook);
    return hook;
  }
}

/** Where a failure refuses. Elsewhere it has been told of once, and the others go on without. */
const GATES: ReadonlySet<Point> = new Set<Point>(["PreToolUse"]);

/** Stands where a plugin that could not load wanted to listen, so that its gate refuses instead of vanishing. */
function failed(sentence: string): () => never {
  return () => {
    throw new Error(sentence);
  };
}
