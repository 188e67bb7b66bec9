import type { Diagnostic, OwnedPart, PartOwner } from "../../../schemas/parts.js";
import type { AliasDeclaration, Fault } from "./language/syntax.js";
import type { AliasData } from "./read-aliases.js";

/** An alias as it is known. */
export interface Alias {
  /** `name`, or `plugin:name`. */
  readonly name: string;
  readonly file: string;
  readonly owner: PartOwner;
  readonly declaration: AliasDeclaration;
}

/** A name whose declaration could not be read. */
export interface BrokenAlias {
  readonly name: string;
  readonly file: string;
  readonly fault: Fault;
}

/** All aliases of a project, a user and plugins; a nearer one hides others of its name. */
export class Book {
  readonly problems: Diagnostic[] = [];
  readonly #aliases = new Map<string, Alias>();
  readonly #broken = new Map<string, BrokenAlias>();
  readonly #gone = new Set<string>();

  /** `parts` stand in descending precedence. */
  constructor(parts: readonly OwnedPart[]) {
    for (const part of parts) this.#take(part);
    for (const part of parts) this.#checkUnalias(part, parts);
  }

  #take({ name: own, file, owner, data }: OwnedPart): void {
    const name = owner.namespaced ? `${owner.name}:${own}` : own;
    if (this.#aliases.has(name) || this.#broken.has(name) || this.#gone.has(name)) return;
    const said = data as unknown as AliasData;
    if ("declaration" in said) this.#aliases.set(name, { name, file, owner, declaration: said.declaration });
    else if ("fault" in said) this.#broken.set(name, { name, file, fault: said.fault });
    else this.#gone.add(name);
  }

  #checkUnalias(part: OwnedPart, parts: readonly OwnedPart[]): void {
    const data = part.data as unknown as AliasData;
    if (!("unalias" in data) || data.known) return;
    const { name, owner, file } = part;
    const isThere = parts.some(
      (other) =>
        other !== part && other.name === name && (owner.namespaced ? other.owner === owner : !other.owner.namespaced),
    );
    if (isThere) return;
    const message = `There is no alias "${name}" to take back.`;
    this.problems.push({ severity: "error", code: "alias", message, file, ...data.unalias.at });
  }

  all(): readonly Alias[] {
    return [...this.#aliases.values()];
  }

  broken(): readonly BrokenAlias[] {
    return [...this.#broken.values()];
  }

  /** By its name; a plugin's also without the plugin's name where only one has it. */
  find(name: string): Alias | BrokenAlias | undefined {
    const exact = this.#aliases.get(name) ?? this.#broken.get(name);
    if (exact || name.includes(":") || this.#gone.has(name)) return exact;
    const like = [...this.#aliases.values(), ...this.#broken.values()].filter((one) => one.name.endsWith(`:${name}`));
    return like.length === 1 ? like[0] : undefined;
  }

  /** What `@name` means inside of another alias: one of the same plugin first. */
  resolve(name: string, from: Alias): Alias | BrokenAlias | undefined {
    const { owner } = from;
    const sibling = owner.namespaced ? `${owner.name}:${name}` : name;
    return this.#aliases.get(sibling) ?? this.#broken.get(sibling) ?? this.find(name);
  }
}
