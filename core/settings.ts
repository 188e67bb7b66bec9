import { SettingError } from "../schemas/errors.js";
import type { JsonObject } from "../schemas/json.js";
import type { SettingSchema, SettingsSchema } from "../schemas/manifest.js";
import { at, divide, fromEnvironment, items, merge, mismatch, pathOf } from "../schemas/setting-values.js";
import type { Layer, LayerName, Origin, SettingsView, Waiting } from "../schemas/settings.js";
import type { Trusted } from "../schemas/trusted.js";

const ORDER: readonly LayerName[] = ["user", "project", "local", "environment", "flag", "managed"];

type Scope = NonNullable<SettingSchema["scope"]>;

/** Layers of settings. Values are looked up when asked for; nothing is merged ahead of need. */
export class Settings implements SettingsView {
  readonly layers: Layer[] = [];
  #trusted: Trusted | undefined;
  readonly #declared = new Map<string, SettingSchema>();
  readonly #env: Readonly<Record<string, string | undefined>>;
  /** What was found out since the last change: each turn asks for the same few. */
  readonly #found = new Map<string, readonly Origin[]>();

  constructor(env: Readonly<Record<string, string | undefined>>) {
    this.#env = env;
  }

  add(layer: Layer, place?: "below"): void {
    this.#forget();
    this.layers[place === "below" ? "unshift" : "push"](...this.#agreed(layer));
    this.layers.sort((a, b) => ORDER.indexOf(a.name) - ORDER.indexOf(b.name));
  }

  /** Adds one value as a flag gives it. */
  set(path: string, value: unknown, source: string): void {
    const nested = path.split(".").reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
    this.add({ name: "flag", source, values: nested as JsonObject });
  }

  /** The first declaration stands: nobody loosens what another plugin has said of its own setting. */
  declare(schema: SettingsSchema | undefined, name: string): void {
    this.#forget();
    const properties = schema?.properties;
    for (const key in properties) {
      const path = pathOf(schema, name, key);
      if (!this.#declared.has(path)) this.#declared.set(path, properties[key]!);
    }
  }

  /** Takes a declaration back. */
  retract(schema: SettingsSchema | undefined, name: string): void {
    this.#forget();
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
    let found = this.#found.get(path);
    if (!found) this.#found.set(path, (found = this.#find(path)));
    return found;
  }

  #forget(): void {
    if (this.#found.size > 0) this.#found.clear(); // Thousands of plugins declare settings before one is looked up.
  }

  #find(path: string): readonly Origin[] {
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
      const held = this.#heldBack(layer, schema?.[1].scope ?? "trusted");
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

  waiting(): readonly Waiting[] {
    return this.layers.flatMap((layer) => {
      if (!isProjects(layer)) return [];
      const waits = ([path]: readonly [string, unknown]): boolean =>
        this.#scopeOf(path) === "trusted" && this.#heldBack(layer, "trusted") !== undefined;
      return [...items(layer.values)].filter(waits).map(([path, value]) => ({ path, value, source: layer.source }));
    });
  }

  /** Lets a project's values count, but for those that are not as they were when the person agreed. */
  admit(trusted: Trusted): void {
    this.#forget();
    this.#trusted = trusted;
    this.layers.push(...this.layers.splice(0).flatMap((layer) => this.#agreed(layer)));
  }

  #agreed(layer: Layer): readonly Layer[] {
    const trusted = this.#trusted;
    if (!trusted || !isProjects(layer)) return [layer];
    const [values, others] = divide(layer.values, (path, value) => {
      return this.#scopeOf(path) !== "trusted" || trusted.covers({ file: layer.source, what: path, value });
    });
    const held = { ...layer, values: others, held: "it has changed since the folder was trusted" };
    return Object.keys(others).length > 0 ? [{ ...layer, values }, held] : [layer];
  }

  #scopeOf(path: string): Scope {
    return this.#schemaOf(path)?.[1].scope ?? "trusted";
  }

  #schemaOf(path: string): [string, SettingSchema] | undefined {
    for (let end = path.length; end > 0; end = path.lastIndexOf(".", end - 1)) {
      const prefix = path.slice(0, end);
      const schema = this.#declared.get(prefix);
      if (schema) return [prefix, schema];
    }
    return undefined;
  }

  #heldBack(layer: Layer, scope: Scope): string | undefined {
    if (layer.name === "managed") return scope === "any" ? undefined : "a managed file can only tighten";
    if (!isProjects(layer) || scope === "any") return undefined;
    if (scope === "user") return "a project never sets this";
    return this.#trusted ? layer.held : "the folder is not trusted";
  }

  #check(path: string, value: unknown, schema: SettingSchema): void {
    const expected = mismatch(value, schema);
    if (expected === undefined) return;
    const source = this.origins(path).findLast((origin) => origin.held === undefined)?.source ?? "default";
    throw new SettingError(`${source}: "${path}" must be ${expected}, not ${JSON.stringify(value)}.`);
  }
}

function isProjects({ name }: Layer): boolean {
  return name === "project" || name === "local";
}
