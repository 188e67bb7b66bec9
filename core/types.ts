import type { CorePoints } from "../hooks/index.js";
import type { HookPoints, Point, Tap, TapOptions } from "../hooks/tap.js";
import type { Clock } from "../schemas/clock.js";
import type { Manifest } from "../schemas/manifest.js";
import type { Listed, Services, SharedKinds } from "../schemas/kinds.js";
import type { Session, SessionInit } from "../schemas/session.js";
import type { BillRow } from "../hooks/bill.js";
import type { Wall } from "../hooks/wall.js";
import type { SettingsView } from "../schemas/settings.js";

export type { HookPoints, Point, Tap, TapOptions } from "../hooks/tap.js";

/** What plugins put in. Open: a plugin adds a kind of its own by declaration merging. */
export interface Registries extends SharedKinds {
  discoverer: Discoverer;
}
export type KindName = keyof Registries & string;

/** A hook point as its owner fires it: `(await point()).promise(...)`. Imports whoever listens. */
export type Firing<P extends Point> = () => Promise<HookPoints[P]>;

/** The default export of a plugin's module; absent when the plugin is only data. */
export type Setup = (ctx: PluginContext) => void | Promise<void>;

export interface Plugin extends Manifest {
  /** Its folder. Absent for a plugin made in memory. */
  readonly dir?: string;
  /** Where it came from, for people: "built in", "user", "project", "--plugin-dir", "in process". */
  readonly origin?: string;
  /** Its code. A function, or a promise of the module: called at most once, at first use. */
  readonly load?: () => Promise<{ readonly default: Setup }>;
  readonly setup?: Setup;
  /** Kinds of which its folder holds parts, for taps that wait for one. */
  readonly holds?: readonly string[];
  /** `name@marketplace`, for a plugin that was installed from one. */
  readonly id?: string;
  /** Tells one state of its data from another without looking: written by the build for what ships with nacre. */
  readonly digest?: string;
}

export interface Reader {
  /** The live item; imports the plugin behind it if need be. Aliases count. */
  get<K extends KindName>(kind: K, name: string): Promise<Registries[K] | undefined>;
  /** Everything of a kind as data, in load order. Runs nothing. */
  all<K extends KindName>(kind: K): readonly (Listed<Registries[K]> & { readonly name: string })[];
  /** A service another plugin offers; undefined when that plugin is not there. */
  service<N extends keyof Services>(name: N): Promise<Services[N] | undefined>;
}

/** A plugin's only handle. Whatever goes in through it comes out when the plugin goes. */
export interface PluginContext extends Pick<Reader, "get" | "all"> {
  readonly plugin: Plugin;
  /** This plugin's slice of the settings, checked against its schema, defaults filled in. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Aborted on unload. */
  readonly signal: AbortSignal;
  readonly kernel: KernelView;
  add<K extends KindName>(kind: K, item: Registries[K]): void;
  tap<P extends Point>(point: P, fn: Tap<P>, options?: TapOptions): void;
  /** Declares a hook point of this plugin's own; returns what fires it. */
  point<P extends Exclude<Point, keyof CorePoints>>(name: P, make: (wall: Wall) => HookPoints[P]): Firing<P>;
  onDispose(fn: () => void | Promise<void>): void;
}

/** The kernel, as fronts, subagents and reports see it. */
export interface KernelView extends Reader {
  readonly version: string;
  readonly clock: Clock;
  /** Environment of this run. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** `~/.nacre`, or what `NACRE_HOME` says. */
  readonly home: string;
  readonly plugins: readonly PluginState[];
  /** Grows whenever plugins come or go. */
  readonly revision: number;
  /** Name of a plugin that is not there, and one sentence why. */
  readonly skipped: ReadonlyMap<string, string>;
  readonly settings: SettingsView;
  /** Sentences about files and plugins found while starting, for `doctor` and stderr. */
  readonly warnings: readonly string[];
  bill(): readonly BillRow[];
  open(init?: SessionInit): Promise<Session>;
  load(...plugins: readonly Plugin[]): Promise<void>;
  unload(name: string): Promise<readonly string[]>;
}

/** Where plugins may stand. */
export interface PluginPlaces {
  readonly origin: "user" | "project";
  /** nacre's home. */
  readonly home: string;
  /** The user's home folder. */
  readonly userHome: string;
  /** The project's root, for `project`. */
  readonly project: string;
  readonly cwd: string;
  /** Folders named by `--plugin-dir`, for `user`. */
  readonly dirs: readonly string[];
}

export interface Found {
  readonly plugins: readonly Plugin[];
  /** One sentence for each folder that is no usable plugin. */
  readonly problems: readonly string[];
}

/** Finds plugins by their manifests; runs none of their code. */
export interface Discoverer {
  readonly name: string;
  /**
   * Files and folders of which one has to be there for it to be asked: `~/` below the user's home, `./` below the
   * project's root and each folder from there to the working folder, others below nacre's home. It is always asked
   * where `--plugin-dir` names a folder.
   */
  readonly below: readonly string[];
  find(places: PluginPlaces): Promise<Found>;
}

export interface PluginState {
  readonly plugin: Plugin;
  /** "listed": its manifest is known, its code has not been needed. */
  readonly state: "listed" | "active" | "data";
}

export interface Kernel extends KernelView, AsyncDisposable {
  /** Sets a value as a flag would. */
  set(path: string, value: unknown): void;
  /** A hook with everybody on it who listens, ready to be fired. */
  hook<P extends Point>(point: P): Promise<HookPoints[P]>;
}
