import type { JsonObject } from "./json.js";
import type { SettingSchema, SettingsSchema } from "./manifest.js";

/** Where a value can come from, weakest first. A managed file may only tighten. */
export type LayerName = "default" | "user" | "project" | "local" | "environment" | "flag" | "managed";

/** One source of settings: a file, the environment, the command line. */
export interface Layer {
  readonly name: LayerName;
  /** File path, variable or flag. */
  readonly source: string;
  readonly values: JsonObject;
  /** Why none of its values counts, but for those that any project may set. */
  readonly held?: string;
}

/** A value of a project's file that waits for trust. A list is given item by item. */
export interface Waiting {
  readonly path: string;
  readonly value: unknown;
  readonly source: string;
}

/** A value of a setting with the layer and the file, variable or flag it was given in. */
export interface Origin {
  readonly value: unknown;
  readonly layer: LayerName;
  readonly source: string;
  /** Why the value does not count, where it does not. */
  readonly held?: string;
}

/** The settings in force, as plugins see them. */
export interface SettingsView {
  /** The value in force at a dotted path; the declared default otherwise. Lists of all layers are joined. */
  get(path: string): unknown;
  /** Every value given for a path, weakest first, those that do not count included. */
  origins(path: string): readonly Origin[];
  /** A plugin's own slice. Throws a UserError that names file and key when a value has the wrong type. */
  slice(schema: SettingsSchema | undefined, name: string): Readonly<Record<string, unknown>>;
  /** Every declared setting, by dotted path. */
  declared(): ReadonlyMap<string, SettingSchema>;
  readonly layers: readonly Layer[];
  /** Adds a source: the strongest of its layer, or the weakest with "below". */
  add(layer: Layer, place?: "below"): void;
  /** A project's values that wait for trust, or for the person to agree to a change. */
  waiting(): readonly Waiting[];
}
