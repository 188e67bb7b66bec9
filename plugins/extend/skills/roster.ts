import type { KernelView } from "../../../core/types.js";
import type { Session } from "../../../schemas/session.js";
import { PartNames, type NamedPart } from "../part-names.js";

/** All skills by name, and for each session those of folders that were worked in. */
export class Roster {
  readonly #kernel: KernelView;
  readonly #nested = new WeakMap<Session, Map<string, NamedPart>>();
  #names: { readonly generation: string; readonly names: PartNames } | undefined;

  constructor(kernel: KernelView) {
    this.#kernel = kernel;
  }

  /** Those of plugins, in the order of precedence. Reads the index when it has changed. */
  async names(): Promise<PartNames> {
    const catalogue = await this.#kernel.service("catalogue");
    const generation = catalogue?.generation() ?? "";
    if (this.#names?.generation !== generation) {
      this.#names = { generation, names: new PartNames((await catalogue?.parts("skill")) ?? []) };
    }
    return this.#names.names;
  }

  /** By name; those of the session's own folders by `folder:name`, and by their name where that is free. */
  async find(name: string, session: Session): Promise<NamedPart | undefined> {
    const nested = this.#nested.get(session);
    const qualified = nested?.get(name);
    if (qualified) return qualified;
    const found = (await this.names()).find(name);
    return found ?? [...(nested?.values() ?? [])].find(({ part }) => part.data["folder"] === name);
  }

  /** Other skills of that name, from folders below. */
  variants(name: string, session: Session): readonly NamedPart[] {
    const nested = [...(this.#nested.get(session)?.values() ?? [])];
    return nested.filter((one) => one.part.data["folder"] === name && one.name !== name);
  }

  nested(session: Session): readonly NamedPart[] {
    return [...(this.#nested.get(session)?.values() ?? [])];
  }

  /** True when it was not known in this session before. */
  addNested(session: Session, named: NamedPart): boolean {
    let all = this.#nested.get(session);
    if (!all) this.#nested.set(session, (all = new Map()));
    if (all.has(named.name)) return false;
    all.set(named.name, named);
    return true;
  }
}
