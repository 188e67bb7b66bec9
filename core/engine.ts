import type { Points } from "../hooks/points.js";
import type { Scope } from "../hooks/scope.js";
import type { Wall } from "../hooks/wall.js";
import type { Ask } from "../schemas/decision.js";
import type { Session } from "../schemas/session.js";
import type { Registry } from "./registry.js";
import type { Settings } from "./settings.js";
import type { HookPoints, KernelView, KindName, Plugin, Point, Registries } from "./types.js";

/** The kernel as its own parts see it. */
export interface Engine extends KernelView {
  readonly settings: Settings;
  readonly registry: Registry;
  readonly points: Points<Scope<Plugin>>;
  readonly wall: Wall;
  readonly warnings: string[];
  /** Said to whoever watches a session; before one is open, kept in `warnings`. */
  onTrouble?: (sentence: string, plugin: string) => void;
  /** Why the settings cannot be relied on. */
  broken?: unknown;
  hook<P extends Point>(point: P): Promise<HookPoints[P]>;
  add<K extends KindName>(owner: Scope<Plugin>, kind: K, item: Registries[K]): void;
  ownerOf(kind: KindName, name: string): string | undefined;
}

/** A session as the loop's parts see it. */
export interface Talk extends Session {
  readonly ask: Ask | undefined;
}
