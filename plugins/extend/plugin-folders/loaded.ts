import type { KernelView, Plugin, PluginPlaces } from "../../../core/types.js";
import { EXIT, UserError } from "../../../schemas/errors.js";
import { takenSettings } from "../foreign-manifest.js";
import { textDigest } from "../text-digest.js";
import { pluginOf, type CodeLoader } from "./folder.js";
import type { Shelf } from "./shelf.js";

/** A plugin that stands in a folder. */
export type FolderPlugin = Plugin & { readonly dir: string };

/** Plugins in folders, whoever found them. */
export interface Folders {
  /** The kernel's count of changes they are of. */
  readonly of: number;
  readonly byDir: ReadonlyMap<string, FolderPlugin>;
  /** Those that came with nacre. */
  readonly shipped: readonly FolderPlugin[];
  /** Those that another plugin found. */
  readonly others: readonly FolderPlugin[];
  /** Changes when other plugins are loaded, or what ships has changed. */
  readonly state: string;
}

interface Given {
  readonly places: PluginPlaces;
  readonly shelf: Shelf;
  plugins: readonly Plugin[];
  /** The shelf's count of changes they are of. */
  of: number;
  /** Once some of them have been loaded, the project is known to be trusted. */
  isOpen: boolean;
}

/** What the kernel has loaded of what was found, kept in step with the folders. */
export class Loaded {
  readonly #kernel: KernelView;
  /** Why plugins are not handed to the kernel, by folder. */
  readonly refused: Map<string, string> = new Map();
  readonly #given: Given[] = [];
  #folders?: Folders;

  constructor(kernel: KernelView) {
    this.#kernel = kernel;
  }

  /** Plugins that stand in folders, as the kernel has them now. */
  get folders(): Folders {
    const { revision } = this.#kernel;
    if (this.#folders?.of === revision) return this.#folders;
    const byDir = new Map<string, FolderPlugin>();
    const shipped: FolderPlugin[] = [];
    const others: FolderPlugin[] = [];
    let missing = 0;
    for (const { plugins } of this.#given) missing += plugins.length;
    for (const { plugin } of this.#kernel.plugins) {
      if (!isInFolder(plugin)) continue;
      byDir.set(plugin.dir, plugin);
      if (plugin.digest !== undefined) shipped.push(plugin);
      else if (this.#given.some(({ shelf }) => shelf.entry(plugin.dir))) missing--;
      else others.push(plugin);
    }
    // Of what was found the shelves tell, and of thousands that are all loaded nothing is left to be said.
    const told = missing === 0 ? others : [...byDir.values()];
    const state = [...told.map(({ name }) => name), ...shipped.map(({ digest }) => digest)].join("\n");
    this.#folders = { of: revision, byDir, shipped, others, state: textDigest(state) };
    return this.#folders;
  }

  readonly #load: CodeLoader = async (plugin, main) => {
    const check = (): Promise<void> => this.#check(plugin.dir, main);
    const { loadCode } = await import("../load-code.js");
    return loadCode(this.#kernel, { plugin, main, ...(plugin.origin === "project" && { check }) });
  };

  /** Code of a project is imported only as it was when the person agreed to it. */
  async #check(dir: string, main: string): Promise<void> {
    const trust = await this.#kernel.service("trust");
    if (!trust) return;
    const { codeOf } = await import("../acting.js");
    if ((await trust.of(dir))?.covers(codeOf({ dir }, main))) return;
    throw new UserError(`${dir} is new or has changed since its folder was trusted; nacre trust shows it`, EXIT.plugin);
  }

  /** The plugins of a shelf, which the kernel is about to load or to hold back. */
  give(shelf: Shelf, places: PluginPlaces): readonly Plugin[] {
    const plugins = this.#pluginsOf(shelf);
    this.#given.push({ places, shelf, plugins, of: shelf.changes, isOpen: places.origin === "user" });
    return plugins;
  }

  /** Loads what has come, unloads what has gone, and does both for what has changed. True when there was anything. */
  async follow(): Promise<boolean> {
    let changed = false;
    for (const given of this.#given) {
      if (given.of === given.shelf.changes) continue;
      given.of = given.shelf.changes;
      const before = byFolder(given.plugins);
      const next = byFolder(this.#pluginsOf(given.shelf));
      const isOther = (dir: string): boolean => !isSame(before.get(dir), next.get(dir));
      const old = [...before.keys()].filter(isOther);
      const fresh = [...next].filter(([dir]) => isOther(dir)).map(([, plugin]) => plugin);
      if (old.length === 0 && fresh.length === 0) continue;
      const isOpen = await this.#mayLoad(given);
      const back = await this.#unload(old);
      given.plugins = [...next.values()];
      if (isOpen) await this.#kernel.load(...fresh, ...back);
      changed = true;
    }
    return changed;
  }

  /** What goes with a plugin because it needs it is to come back with it. */
  async #unload(dirs: readonly string[]): Promise<readonly Plugin[]> {
    const back = new Map<string, Plugin>();
    const leaving = new Set(dirs);
    const loaded = new Map(this.#kernel.plugins.map(({ plugin }) => [plugin.name, plugin]));
    for (const { name, dir = "" } of loaded.values()) {
      if (!leaving.has(dir)) continue;
      for (const gone of await this.#kernel.unload(name)) {
        const other = loaded.get(gone);
        if (other && !leaving.has(other.dir ?? "")) back.set(gone, other);
      }
    }
    return [...back.values()];
  }

  #pluginsOf(shelf: Shelf): readonly Plugin[] {
    const plugins: Plugin[] = [];
    for (const entry of shelf.entries) {
      const plugin = pluginOf(entry, this.#load);
      const problem = plugin && (entry.flaw ?? takenSettings(this.#kernel, plugin));
      if (problem !== undefined) this.refused.set(entry.folder.dir, problem);
      else if (plugin) plugins.push(plugin);
    }
    return plugins;
  }

  /** A project's plugins are there once it is trusted. */
  async #mayLoad(given: Given): Promise<boolean> {
    const { byDir } = this.folders;
    for (const { dir = "" } of given.plugins) given.isOpen ||= byDir.has(dir);
    return given.isOpen || (await (await this.#kernel.service("trust"))?.of(given.places.project)) !== undefined;
  }
}

function byFolder(plugins: readonly Plugin[]): ReadonlyMap<string, Plugin> {
  return new Map(plugins.map((plugin) => [plugin.dir ?? "", plugin]));
}

function isInFolder(plugin: Plugin): plugin is FolderPlugin {
  return plugin.dir !== undefined;
}

/** Functions do not count: code is loaded by its folder. */
function isSame(a: Plugin | undefined, b: Plugin | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && JSON.stringify(a) === JSON.stringify(b));
}
