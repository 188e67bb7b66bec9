import type { UserError } from "../schemas/errors.js";
import type { Manifest } from "../schemas/manifest.js";
import type { HookPoints, Point, TapOptions } from "./tap.js";

/** A plugin, as far as hooks are concerned. */
export interface Tapping extends Manifest {
  readonly setup?: unknown;
  readonly load?: unknown;
}

/** A function at a hook point. */
export interface Tapped {
  readonly point: Point;
  readonly fn: (...args: never[]) => unknown;
  readonly options: TapOptions;
}

/** What one plugin put in, and how it comes out. */
export class Scope<P extends Tapping = Tapping> {
  readonly plugin: P;
  readonly taps: Tapped[] = [];
  readonly points: Point[] = [];
  readonly disposers: (() => void | Promise<void>)[] = [];
  /** Set once its code has been asked for. Resolves with why it failed, or undefined. */
  activation?: Promise<UserError | undefined>;
  /** True when `activation` has resolved without a failure. */
  active = false;
  /** Why its code failed, in one sentence. Its gates then refuse, its watchers are silent. */
  failure?: UserError;
  #controller?: AbortController;

  constructor(plugin: P) {
    this.plugin = plugin;
  }

  get hasCode(): boolean {
    return this.plugin.setup !== undefined || this.plugin.load !== undefined;
  }

  get state(): "listed" | "active" | "data" {
    if (!this.hasCode) return "data";
    return this.active ? "active" : "listed";
  }

  get signal(): AbortSignal {
    return (this.#controller ??= new AbortController()).signal;
  }

  /** Points its manifest says it taps, where one of their conditions holds. */
  declared(holds: (condition: string) => boolean): readonly { readonly point: Point; readonly options: TapOptions }[] {
    return (this.plugin.provides?.taps ?? [])
      .filter((tap) => tap.when === undefined || [tap.when].flat().some(holds))
      .map(({ point, ...options }) => ({ point: point as keyof HookPoints & string, options }));
  }

  /** Undoes everything, last in first out. A disposer that fails does not keep the others from running. */
  async dispose(): Promise<readonly unknown[]> {
    const errors: unknown[] = [];
    this.#controller?.abort();
    for (const dispose of this.disposers.splice(0).toReversed()) {
      try {
        await dispose();
      } catch (error) {
        errors.push(error);
      }
    }
    this.taps.length = 0;
    return errors;
  }
}

/** Code that no manifest speaks for has to run to be known. */
export function isEager({ plugin, hasCode }: Scope): boolean {
  return hasCode && (plugin.activation === "startup" || (plugin.activation === undefined && !plugin.provides));
}

/** Nothing of it has to be ordered, declared or run. */
export function isData({ load, setup, provides, requires, after }: Tapping): boolean {
  return !load && !setup && !provides && !requires && !after;
}
