import { EXIT, UserError } from "../schemas/errors.js";
import type { JsonObject } from "../schemas/json.js";
import type { SettingSchema, SettingsSchema } from "../schemas/manifest.js";
import { at, fromEnvironment, leaves, merge, mismatch, pathOf } from "../schemas/setting-values.js";
import type { Layer, LayerName, Origin, SettingsView } from "../schemas/settings.js";

const ORDER: readonly LayerName[] = ["user", "project", "local", "environment", "flag", "managed"];

/** Layers of settings. Values are looked up when asked for; nothing is merged ahead of need. */
export class Settings implements SettingsView {
  readonly layers: Layer[] = [];
  trusted = false;
  readonly #declared = new Map<string, SettingSchema>();
  readonly #env: Readonly<Record<string, string | undefined>>;

  constructor(env: Readonly<Record<string, string | undefined>>) {
    this.#env = env;
  }

  add(layer: Layer): void {
    this.layers.push(layer);
    this.layers.sort((a, b) => ORDER.indexOf(a.name) - ORDER.indexOf(b.name));
  }

  /** Adds one value as a flag gives it. */
  set(path: string, value: unknown, source: string): void {
    const nested = path.split(".").reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
    this.add({ name: "flag", source, values: nested as JsonObject });
  }

  /** The first declaration stands: nobody loosens what another plugin has said of its own setting. */
  declare(schema: SettingsSchema | undefined, name: string): void {
    for (const [key, setting] of Object.entries(schema?.properties ?? {})) {
      const path = pathOf(schema, name, key);
      if (!this.#declared.has(path)) this.#declared.set(path, setting);
    }
  }

  /** Takes a declaration back. */
  retract(schema: SettingsSchema | undefined, name: string): void {
    for (const [key, setting] of Object.entries(schema?.properties ?? {})) {
      const path = pathOf(schema, name, key);
      if (this.#declared.get(path) === setting) this.#declared.delete(path);
    }
  }

  declared(): ReadonlyMap<string, SettingSchema> {
    return this.#declared;
  }

  get(path: string): unknown {
    const schema = this.#schemaOf(path);
    let merged: unknown;
    for (const { value, held } of this.origins(path)) if (held === undefined) merged = merge(merged, value);
    return merged === undefined && schema?.[0] === path ? schema[1].default : merged;
  }

  origins(path: string): readonly Origin[] {
    const schema = this.#schemaOf(path);
    const origins: Origin[] = [];
    let environment = fromEnvironment(schema, path, this.#env);
    for (const layer of this.layers) {
      if (environment && ORDER.indexOf(layer.name) > ORDER.indexOf("environment")) {
        origins.push(environment);
        environment = undefined;
      }
      const value = at(layer.values, path);
      if (value === undefined) continue;
      const held = this.#heldBack(layer, schema?.[1]);
      origins.push({ value, layer: layer.name, source: layer.source, ...(held && { held }) });
    }
    if (environment) origins.push(environment);
    return origins;
  }

  slice(schema: SettingsSchema | undefined, name: string): Readonly<Record<string, unknown>> {
    const slice: Record<string, unknown> = {};
    for (const [key, setting] of Object.entries(schema?.properties ?? {})) {
      const path = pathOf(schema, name, key);
      const value = this.get(path);
      if (value === undefined) continue;
      this.#check(path, value, setting);
      slice[key] = value;
    }
    return slice;
  }

  held(): readonly string[] {
    const paths: string[] = [];
    for (const layer of this.layers) {
      if (layer.name !== "project" && layer.name !== "local") continue;
      for (const path of leaves(layer.values)) {
        if (this.#heldBack(layer, this.#schemaOf(path)?.[1])) paths.push(`${path} (${layer.source})`);
      }
    }
    return paths;
  }

  #schemaOf(path: string): [string, SettingSchema] | undefined {
    for (let end = path.length; end > 0; end = path.lastIndexOf(".", end - 1)) {
      const prefix = path.slice(0, end);
      const schema = this.#declared.get(prefix);
      if (schema) return [prefix, schema];
    }
    return undefined;
  }

  #heldBack(layer: Layer, schema: SettingSchema | undefined): string | undefined {
    const scope = schema?.scope ?? "trusted";
    if (layer.name === "managed") return scope === "any" ? undefined : "a managed file can only tighten";
    if (layer.name !== "project" && layer.name !== "local") return undefined;
    if (scope === "user") return "a project never sets this";
    return scope === "any" || this.trusted ? undefined : "the folder is not trusted";
  }

  #check(path: string, value: unknown, schema: SettingSchema): void {
    const expected = mismatch(value, schema);
    if (expected === undefined) return;
    const source = this.origins(path).findLast((origin) => origin.held === undefined)?.source ?? "default";
    throw new UserError(`${source}: "${path}" must be ${expected}, not ${JSON.stringify(value)}.`, EXIT.usage);
  }
}
