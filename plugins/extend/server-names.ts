import type { OwnedPart } from "../../schemas/parts.js";

/** How a declared server is known: by an id for people and hooks, and by what its tools begin with. */
export interface ServerName {
  /** `plugin:<plugin>:<server>`, or the server's name alone where its owner has no namespace. */
  readonly id: string;
  /** `mcp__plugin_<plugin>_<server>__`. */
  readonly toolPrefix: string;
}

/**
 * Names for servers of several plugins, none of which clash: signs that tool names may not hold become `_`, and where
 * that makes two alike, the later one gets a number.
 */
export function serverNames(parts: readonly Pick<OwnedPart, "name" | "owner">[]): readonly ServerName[] {
  const taken = new Set<string>();
  return parts.map(({ name, owner }) => {
    const id = owner.namespaced ? `plugin:${owner.name}:${name}` : name;
    const base = plain(owner.namespaced ? `plugin_${owner.name}_${name}` : name);
    let unique = base;
    for (let number = 2; taken.has(unique); number++) unique = `${base}_${number}`;
    taken.add(unique);
    return { id, toolPrefix: `mcp__${unique}__` };
  });
}

function plain(name: string): string {
  return name.replace(/[^A-Za-z0-9_-]/g, "_");
}
