import type { PluginContext } from "../../../core/types.js";
import type { Command, Commands, CommandSource, CommandSpec } from "../../../schemas/command.js";
import type { Session } from "../../../schemas/session.js";

/** Everything that can be typed, whoever knows it. */
export class CommandList implements Commands {
  readonly #ctx: PluginContext;

  constructor(ctx: PluginContext) {
    this.#ctx = ctx;
  }

  /** Commands made in code first, then those of the sources by their order; of one name the first alone. */
  async list(session?: Session): Promise<readonly CommandSpec[]> {
    const found = new Map<string, CommandSpec>();
    for (const spec of this.#ctx.all("command")) if (spec.hidden !== true) found.set(spec.name, spec);
    for (const source of await this.#sources()) {
      for (const spec of await source.list(session)) {
        if (spec.hidden !== true && !found.has(spec.name)) found.set(spec.name, { ...spec, from: source.name });
      }
    }
    return [...found.values()];
  }

  /** What bears the name itself comes before what can be called so for short. */
  async find(name: string, session: Session): Promise<Command | undefined> {
    const made = await this.#ctx.get("command", name);
    if (made) return made;
    let short: Command | undefined;
    for (const source of await this.#sources()) {
      const found = await source.find(name, session);
      if (found?.name === name) return found;
      short ??= found;
    }
    return short;
  }

  async #sources(): Promise<readonly CommandSource[]> {
    const sorted = this.#ctx.all("commandSource").toSorted((a, b) => a.order - b.order);
    const sources = await Promise.all(sorted.map(({ name }) => this.#ctx.get("commandSource", name)));
    return sources.filter((source) => source !== undefined);
  }
}
