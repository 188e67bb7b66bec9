import * as z from "zod/mini";
import type { JsonSchema } from "./json.js";

/** What a plugin says it will add, by kind, so that listing it needs none of its code. */
export interface Provides {
  /** Hook points it taps, each with what decides its place and whether it is wanted. */
  readonly taps?: readonly TapSpec[];
  /** Items by kind: `tool`, `provider`, `front`, `flag`, `subcommand`, `context`, `service`, ... */
  readonly [kind: string]: readonly object[] | undefined;
}

/** A hook point that a plugin listens at. */
export interface TapSpec {
  readonly point: string;
  /** Runs before the taps of this plugin. */
  readonly before?: string;
  /** Lower runs first; 0 otherwise. */
  readonly stage?: number;
  /**
   * Only when one of these holds: a setting is set (`permissions.deny`), or a loaded plugin holds parts of a kind
   * (`has:skill`).
   */
  readonly when?: string | readonly string[];
  /** Milliseconds before a call is given up; what the point says otherwise. */
  readonly deadline?: number;
}

/** A plugin's own part of a native manifest, `extensions["dev.nacre"]`. */
export interface NacreExtension {
  /** The module, relative to the folder. Absent: `index.js`, `index.mjs` or `index.ts` if one is there. */
  readonly main?: string;
  readonly requires?: readonly string[];
  readonly after?: readonly string[];
  readonly provides?: Provides;
  /** What its code wants to do from a process of its own: `read:PATH`, `write:PATH`, `exec`, `workers`, ... */
  readonly capabilities?: readonly string[];
  /** Where its code runs: a process of its own, or inside nacre where the user allows it. "process" otherwise. */
  readonly isolation?: "process" | "none";
  /** JSON Schema of this plugin's settings; `key` is the dotted place of the slice, the plugin's name otherwise. */
  readonly settings?: SettingsSchema;
  /** "startup" imports the module at once; "lazy" (with `provides`) at first use. */
  readonly activation?: "startup" | "lazy";
  /** Off until `plugins.<name>.enabled = true`. */
  readonly defaultEnabled?: boolean;
  /** Not there at all unless one of these settings is set. */
  readonly enabledBy?: readonly string[];
}

/** The settings that a plugin declares. `key`: the table they stand in, the plugin's name when absent. */
export interface SettingsSchema {
  readonly key?: string;
  readonly properties: Readonly<Record<string, SettingSchema>>;
}

/**
 * One setting. `scope` says how far a project may go: "any" = at once (it can only tighten or is harmless),
 * "trusted" (default) = once the folder is trusted, "user" = never.
 */
export interface SettingSchema extends JsonSchema {
  readonly type?: string | readonly string[];
  readonly default?: unknown;
  readonly description?: string;
  readonly env?: string;
  readonly scope?: "any" | "trusted" | "user";
  /** With the scope "any": the one value that counts from a project or a managed file. The others would loosen. */
  readonly tightens?: unknown;
}

/** What is known of a plugin before any of its code runs. */
export interface Manifest extends NacreExtension {
  readonly name: string;
  readonly version?: string;
  readonly description?: string;
}

let extension: z.ZodMiniType | undefined;

/** The object under `extensions["dev.nacre"]`. */
export const nacreExtension: () => z.ZodMiniType = () =>
  (extension ??= z.looseObject({
    main: z.optional(z.string()),
    requires: z.optional(z.array(z.string())),
    after: z.optional(z.array(z.string())),
    provides: z.optional(z.record(z.string(), z.array(z.looseObject({})))),
    capabilities: z.optional(z.array(z.string())),
    isolation: z.optional(z.enum(["process", "none"])),
    settings: z.optional(z.looseObject({ properties: z.record(z.string(), z.looseObject({})) })),
    activation: z.optional(z.enum(["startup", "lazy"])),
    defaultEnabled: z.optional(z.boolean()),
    enabledBy: z.optional(z.array(z.string())),
  }));

let file: z.ZodMiniType | undefined;

/** plugin.json as a file: only the name is needed. Unknown keys are left alone. */
export const manifestFile: () => z.ZodMiniType = () =>
  (file ??= z.looseObject({
    name: z.string().check(z.minLength(1), z.maxLength(128), z.regex(/^[^\s@:/\\]+$/)),
    version: z.optional(z.string()),
    description: z.optional(z.string()),
    extensions: z.optional(z.unknown()),
  }));
