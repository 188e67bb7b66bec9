import { EXIT, UserError } from "../schemas/errors.js";
import type { Scope } from "../hooks/scope.js";
import type { Listed } from "../schemas/kinds.js";
import type { KindName, Plugin, Registries } from "./types.js";

/** Something a plugin put into a registry. `data` is known from the start, `live` once its code has run. */
export interface Entry<K extends KindName = KindName> {
  readonly kind: K;
  readonly name: string;
  readonly owner: Scope<Plugin>;
  readonly data: Listed<Registries[K]> & { readonly name: string };
  live?: Registries[K];
}

/** All items of all kinds, by name, in the order they came. */
export class Registry {
  /** Grows with every change, for those who keep what they derived. */
  version = 0;
  readonly #kinds = new Map<string, Map<string, Entry>>();
  readonly #aliases = new Map<string, Map<string, string>>();

  /** Throws when the name is taken, naming both owners. */
  add(entry: Entry): void {
    let items = this.#kinds.get(entry.kind);
    if (!items) this.#kinds.set(entry.kind, (items = new Map<string, Entry>()));
    const taken = items.get(entry.name);
    if (taken) {
      const owners = `"${taken.owner.plugin.name}" and "${entry.owner.plugin.name}"`;
      throw new UserError(
        `Two plugins offer the ${entry.kind} "${entry.name}": ${owners}; switch one off.`,
        EXIT.plugin,
      );
    }
    items.set(entry.name, entry);
    this.version++;
    const { aliases } = entry.data as { readonly aliases?: readonly string[] };
    const known = this.#aliasesOf(entry.kind);
    for (const alias of aliases ?? []) if (!known.has(alias)) known.set(alias, entry.name); // First come, as with names.
  }

  /** By name or alias. */
  find(kind: string, name: string): Entry | undefined {
    const items = this.#kinds.get(kind);
    return items?.get(name) ?? items?.get(this.#aliases.get(kind)?.get(name) ?? "");
  }

  all<K extends KindName>(kind: K): readonly Entry<K>[] {
    return [...(this.#kinds.get(kind)?.values() ?? [])] as Entry<K>[];
  }

  kinds(): readonly string[] {
    return [...this.#kinds.keys()];
  }

  /** Takes out what belongs to a scope. */
  drop(scope: Scope): void {
    for (const [kind, items] of this.#kinds) {
      for (const [name, entry] of items) {
        if (entry.owner !== scope) continue;
        items.delete(name);
        this.version++;
        for (const [alias, target] of this.#aliasesOf(kind)) if (target === name) this.#aliasesOf(kind).delete(alias);
      }
      if (items.size === 0) this.#kinds.delete(kind);
    }
  }

  #aliasesOf(kind: string): Map<string, string> {
    let aliases = this.#aliases.get(kind);
    if (!aliases) this.#aliases.set(kind, (aliases = new Map<string, string>()));
    return aliases;
  }
}

/** Gives a live item the data its manifest already told, where it does not carry its own. */
export function overlay<K extends KindName>(entry: Entry<K>, item: Registries[K]): Registries[K] {
  for (const [key, value] of Object.entries(entry.data)) if (!(key in item)) Object.assign(item, { [key]: value });
  return item;
}
