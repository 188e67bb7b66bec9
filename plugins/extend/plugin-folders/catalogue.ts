import { join } from "node:path";
import type { Found, Plugin, PluginContext, PluginPlaces } from "../../../core/types.js";
import type {
  Catalogue,
  Diagnostic,
  Inventory,
  KindReader,
  OwnedPart,
  PackageContext,
  PartOwner,
} from "../../../schemas/parts.js";
import type { Acting } from "../../../schemas/trusted.js";
import { textDigest } from "../text-digest.js";
import { refusal } from "../unapproved.js";
import { findFolders, isAnyThere } from "./find-folders.js";
import type { Entry } from "./folder.js";
import { Formats } from "./formats.js";
import { inspect } from "./inspect.js";
import { Loaded } from "./loaded.js";
import { Pages } from "./pages.js";
import { placesOf, type Root } from "./roots.js";
import { Shelf, type Lister, type Reading } from "./shelf.js";
import { Store } from "./store.js";
import type { Pace } from "./watches.js";

const PRECEDENCE = ["project", "user", "--plugin-dir", "installed", "built in"];

/** All plugins in folders and their parts. Finds those of users and projects itself; others the kernel knows. */
export class PluginFolders implements Catalogue {
  readonly #ctx: PluginContext;
  readonly #formats: Formats;
  readonly #loaded: Loaded;
  readonly #found: Shelf[] = [];
  #installed?: Shelf;
  #shipped?: Shelf;

  constructor(ctx: PluginContext) {
    this.#ctx = ctx;
    this.#formats = new Formats(ctx);
    this.#loaded = new Loaded(ctx.kernel);
  }

  /** Finds the plugins of a user or a project by their manifests; runs none of their code. */
  async find(places: PluginPlaces): Promise<Found> {
    const plugins: Plugin[] = [];
    const problems: string[] = [];
    for (const { key, roots } of placesOf(places, this.#formats.roots)) {
      const shelf = new Shelf(this.#pages(key, JSON.stringify(roots)), this.#formats, this.#lister(roots)).open();
      await shelf.settle();
      this.#found.push(shelf);
      plugins.push(...this.#loaded.give(shelf, places));
      problems.push(...shelf.problems);
    }
    problems.push(...this.#loaded.refused.values());
    this.#loaded.refused.clear();
    return { plugins, problems };
  }

  /** Writes what has been found and not yet been written. */
  async close(): Promise<void> {
    for (const shelf of this.#found) await shelf.close();
  }

  generation(): string {
    const shelves = this.#shelves().map((shelf) => shelf.generation);
    return textDigest([...shelves, this.#loaded.folders.state].join(" "));
  }

  count(kind: string): number {
    const shelves = [...this.#shelves(), ...(this.#shipped ? [this.#shipped] : [])];
    let sum = 0;
    for (const plugin of this.#loaded.folders.byDir.values()) {
      const entry = shelves.map((shelf) => shelf.entry(plugin.dir)).find((one) => one !== undefined);
      const isHolding = entry ? entry.may.includes(kind) : plugin.holds?.includes(kind);
      if (isHolding) sum += entry?.counts[kind] ?? 1;
    }
    return sum;
  }

  async parts(kind: string): Promise<readonly OwnedPart[]> {
    const loaded = this.#loaded.folders.byDir;
    const reading = this.#reading(kind, loaded);
    if (!reading) return [];
    const found: { readonly rank: number; readonly parts: readonly OwnedPart[] }[] = [];
    for (const shelf of this.#all()) {
      for (const { entry, parts } of await shelf.parts(reading)) {
        const plugin = loaded.get(entry.folder.dir);
        if (!plugin) continue;
        const owner = ownerOf(entry, { ...plugin, name: spaceOf(plugin, loaded) });
        const rank = PRECEDENCE.indexOf(owner.origin);
        const list = parts.map((part) => ({ ...part, owner }));
        found.push({ rank: rank < 0 ? PRECEDENCE.indexOf("installed") : rank, parts: list });
      }
    }
    await this.#loaded.follow();
    return found.toSorted((a, b) => a.rank - b.rank).flatMap(({ parts }) => parts);
  }

  async refresh(pace: Pace = () => undefined): Promise<boolean> {
    let changed = false;
    for (const shelf of this.#shelves()) changed = (await shelf.refresh(pace)) || changed;
    return (await this.#loaded.follow()) || changed;
  }

  /** Whether there are more files than are looked at when nacre starts. */
  get isLarge(): boolean {
    return this.#shelves().some((shelf) => shelf.isLarge);
  }

  async inspect(dir: string, context: Partial<PackageContext> = {}): Promise<Inventory> {
    await this.#formats.load();
    const readers: KindReader[] = [];
    for (const { name } of this.#formats.kinds) {
      const reader = await this.#ctx.get("kind", name);
      if (reader) readers.push(reader);
    }
    const known = this.#found.map((shelf) => shelf.entry(dir)?.folder).find((folder) => folder !== undefined);
    return inspect(this.#formats.read(known ?? { dir, origin: "inspected" }, context), readers);
  }

  async acting(dir: string): Promise<readonly Acting[]> {
    const { actingIn } = await import("../acting.js");
    return actingIn(await this.inspect(dir));
  }

  refusal(part: OwnedPart): Promise<string | undefined> {
    return refusal(this.#ctx.kernel, part);
  }

  async problems(kind?: string): Promise<readonly Diagnostic[]> {
    const all: Diagnostic[] = [];
    const loaded = this.#loaded.folders.byDir;
    const kinds = this.#formats.kinds.filter(({ name }) => kind === undefined || name === kind);
    for (const shelf of this.#all()) {
      for (const { problems } of kind === undefined ? await shelf.packages() : []) all.push(...problems);
      for (const { name } of kinds) {
        const reading = this.#reading(name, loaded);
        if (reading) all.push(...(await shelf.parts(reading)).flatMap(({ problems }) => problems));
      }
    }
    return all;
  }

  #reading(kind: string, loaded: ReadonlyMap<string, Plugin>): Reading | undefined {
    const spec = this.#formats.kinds.find(({ name }) => name === kind);
    if (!spec) return undefined;
    const { digest } = spec;
    return { kind, digest, reader: () => this.#ctx.get("kind", kind), wants: (dir) => loaded.has(dir) };
  }

  #all(): readonly Shelf[] {
    const { shipped } = this.#loaded.folders;
    if (shipped.length === 0) return this.#shelves();
    const key = shipped.map(({ dir, digest }) => `${dir} ${digest}`).join("\n");
    this.#shipped ??= new Shelf(this.#pages("built-in", key), this.#formats).open();
    this.#shipped.give(
      shipped.map(({ dir, name, digest }) => ({
        dir,
        origin: "built in",
        name,
        ...(digest !== undefined && { digest }),
      })),
    );
    return [...this.#shelves(), this.#shipped];
  }

  /** Those that may change. Folders that another plugin has found are put on a shelf of their own. */
  #shelves(): readonly Shelf[] {
    const { others } = this.#loaded.folders;
    if (others.length === 0 && !this.#installed) return this.#found;
    const isNew = !this.#installed;
    this.#installed ??= new Shelf(this.#pages("installed"), this.#formats).open();
    this.#installed.give(
      others.map(({ dir, name, origin = "installed", version = "" }) => ({
        dir,
        origin,
        name,
        version,
        installed: true,
      })),
    );
    if (isNew) this.#installed.glance();
    return [...this.#found, this.#installed];
  }

  #lister(roots: readonly Root[]): Lister {
    return { isAnyThere: () => isAnyThere(roots), find: () => findFolders(roots, this.#formats) };
  }

  #pages(key: string, more = ""): Pages {
    const { home, version } = this.#ctx.kernel;
    const formats = this.#formats.key;
    const whole = formats === undefined ? undefined : `${version}\n${formats}\n${more}`;
    return new Pages(new Store(join(home, "cache", "plugins", key)), whole);
  }
}

/**
 * The name before the parts of a plugin. One that was installed and whose name is taken is known to the kernel by its id;
 * its parts keep the name all the same, unless those of another installed plugin have it.
 */
function spaceOf({ name, origin, id }: Plugin, loaded: ReadonlyMap<string, Plugin>): string {
  if (origin !== "installed" || name !== id) return name;
  const bare = name.slice(0, name.lastIndexOf("@"));
  for (const other of loaded.values()) {
    const isNamesake = other.origin === "installed" && (other.name === bare || other.id?.startsWith(`${bare}@`));
    if (isNamesake) return other.id === id ? bare : name;
  }
  return bare;
}

/** The folders of a user, a project and nacre itself have no namespace. */
function ownerOf({ folder, format, strict = false }: Entry, { name, dir = "" }: Plugin): PartOwner {
  const namespaced = folder.root === undefined && !(folder.origin === "built in" && name === "nacre");
  return { name, dir, origin: folder.origin, format, namespaced, strict };
}
