import type { AsyncSeriesBailHook, AsyncSeriesWaterfallHook, SyncHook } from "tapable";
import type { CorePoints } from "./index.js";
import type { SharedPoints } from "./shared-points.js";

/** Where plugins listen. Open: the plugin that fires a hook declares it. */
export interface HookPoints extends CorePoints, SharedPoints {}
/** The name of a hook point. */
export type Point = keyof HookPoints & string;

type Args<H> = H extends { promise(...args: infer A): Promise<unknown> }
  ? A
  : H extends SyncHook<infer A>
    ? A extends unknown[]
      ? A
      : never
    : never;
type Answer<H> =
  H extends AsyncSeriesWaterfallHook<infer A>
    ? Promise<(A extends [infer First, ...unknown[]] ? First : never) | undefined | void>
    : H extends AsyncSeriesBailHook<infer _A, infer R>
      ? Promise<R | undefined | void>
      : void;

/** A function at a hook point. Its kind states how answers combine: see `hooks/`. */
export type Tap<P extends Point> = (...args: Args<HookPoints[P]>) => Answer<HookPoints[P]>;

/** Where among other taps one stands, and how long it may take. */
export interface TapOptions {
  /** Run before the taps of this plugin. */
  readonly before?: string;
  /** Lower runs first; 0 otherwise. */
  readonly stage?: number;
  /** Milliseconds before the call is given up; what the point says otherwise. */
  readonly deadline?: number;
}
