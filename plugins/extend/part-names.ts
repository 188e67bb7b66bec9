import type { CommandSpec } from "../../schemas/command.js";
import type { OwnedPart, PartOwner } from "../../schemas/parts.js";

/** A part under the name it is known by. */
export interface NamedPart {
  readonly name: string;
  readonly part: OwnedPart;
}

/** `plugin:name`, or the name of its folder or file in the folders of a user or project. */
function knownName({ owner, name, data }: OwnedPart): string {
  if (owner.namespaced) return `${owner.name}:${name}`;
  const { folder } = data;
  return typeof folder === "string" ? folder : name;
}

/** In the words of hooks and lists. */
export function sourceOf({ origin, namespaced }: PartOwner): string {
  return origin === "built in" || !namespaced ? origin : "plugin";
}

/** A user's own come before those of a project, which could otherwise stand in for what the user means. */
const RANKS: Readonly<Record<string, number>> = { managed: 0, user: 1, project: 2 };

/** How what a part is typed as is listed. */
export function specOf({ name, part }: NamedPart): CommandSpec {
  const { description, argumentHint } = part.data;
  return {
    name,
    description: typeof description === "string" ? description : "",
    ...(typeof argumentHint === "string" && { argumentHint }),
    source: sourceOf(part.owner),
  };
}

/** Parts by name, the first of each name in the order of precedence. */
export class PartNames {
  readonly all: readonly NamedPart[];
  readonly #exact = new Map<string, NamedPart>();
  readonly #loose = new Map<string, NamedPart>();

  /** `parts` in descending precedence. */
  constructor(parts: readonly OwnedPart[]) {
    const rank = ({ owner }: OwnedPart): number => (owner.namespaced ? 3 : (RANKS[owner.origin] ?? 3));
    for (const part of parts.toSorted((a, b) => rank(a) - rank(b))) {
      const name = knownName(part);
      if (!this.#exact.has(name)) this.#exact.set(name, { name, part });
    }
    this.all = [...this.#exact.values()];
    for (const named of this.all) {
      for (const other of [named.part.name, slug(named.name), slug(named.part.name)]) {
        if (!this.#loose.has(other)) this.#loose.set(other, named);
      }
    }
  }

  /** By its name; else by its name without the plugin's, or written without blanks and capitals, where that is free. */
  find(name: string): NamedPart | undefined {
    return this.#exact.get(name) ?? this.#loose.get(name) ?? this.#loose.get(slug(name));
  }
}

function slug(name: string): string {
  return name.toLowerCase().replaceAll(/[\s_]+/g, "-");
}
