import type { Listed } from "../schemas/kinds.js";
import type { HookPoints, KindName, Plugin, Point, Registries, TapOptions } from "./types.js";

/** Something a plugin put into a registry. `data` is known from the start, `live` once its code has run. */
export interface Entry<K extends KindName = KindName> {
  readonly kind: K;
  readonly name: string;
  readonly owner: Scope;
  /** The plugin that read it out of the owner's folder, where one did. The entry goes with either. */
  readonly reader?: Scope;
  readonly data: Listed<Registries[K]> & { readonly name: string };
  live?: Registries[K];
}

/** A function at a hook point. */
export interface Tapped {
  readonly point: Point;
  readonly fn: (...args: never[]) => unknown;
  readonly options: TapOptions;
}

/** What one plugin put in, and how it comes out. */
export class Scope {
  readonly plugin: Plugin;
  readonly taps: Tapped[] = [];
  readonly points: Point[] = [];
  readonly disposers: (() => void | Promise<void>)[] = [];
  /** Set once its code has been asked for. Resolves with why it failed, or undefined. */
  activation?: Promise<string | undefined>;
  /** True when `activation` has resolved without a failure. */
  active = false;
  /** One sentence, when its code failed. Its gates then refuse, its watchers are silent. */
  failure?: string;
  #controller?: AbortController;

  constructor(plugin: Plugin) {
    this.plugin = plugin;
  }

  get hasCode(): boolean {
    return this.plugin.setup !== undefined || this.plugin.load !== undefined;
  }

  get signal(): AbortSignal {
    return (this.#controller ??= new AbortController()).signal;
  }

  /** Points its manifest says it taps, where their condition holds. */
  declared(isSet: (setting: string) => boolean): readonly { readonly point: Point; readonly options: TapOptions }[] {
    return (this.plugin.provides?.taps ?? [])
      .filter((tap) => tap.when === undefined || isSet(tap.when))
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
