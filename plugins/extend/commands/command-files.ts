import type { PluginContext } from "../../../core/types.js";
import type { Command, CommandCall, CommandAnswer, CommandSource, CommandSpec } from "../../../schemas/command.js";
import type { Session } from "../../../schemas/session.js";
import { PartNames, specOf, type NamedPart } from "../part-names.js";
import type { PromptUser } from "../use-prompt.js";

/** Commands that are written as Markdown or TOML files. */
export class CommandFiles implements CommandSource {
  readonly name = "command-files";
  readonly order = 20;
  readonly #ctx: PluginContext;
  #user: PromptUser | undefined;
  #names: { readonly generation: string; readonly names: PartNames } | undefined;

  constructor(ctx: PluginContext) {
    this.#ctx = ctx;
  }

  async find(name: string, _session: Session): Promise<Command | undefined> {
    const found = (await this.#all())?.find(name);
    if (!found || !isTyped(found)) return undefined;
    return { ...specOf(found), run: (call) => this.#run(found, call) };
  }

  async list(_session?: Session): Promise<readonly CommandSpec[]> {
    return ((await this.#all())?.all ?? []).filter(isTyped).map(specOf);
  }

  async #all(): Promise<PartNames | undefined> {
    const catalogue = await this.#ctx.kernel.service("catalogue");
    if (!catalogue) return undefined;
    const generation = catalogue.generation();
    if (this.#names?.generation !== generation) {
      this.#names = { generation, names: new PartNames(await catalogue.parts("command")) };
    }
    return this.#names.names;
  }

  /** What using one needs is imported then. */
  async #run(found: NamedPart, call: CommandCall): Promise<CommandAnswer> {
    const [{ answerOf }, { PromptUser: User }] = await Promise.all([
      import("../command-answer.js"),
      import("../use-prompt.js"),
    ]);
    return answerOf(found, call, { kernel: this.#ctx.kernel, user: (this.#user ??= new User(this.#ctx)) });
  }
}

function isTyped({ part }: NamedPart): boolean {
  return part.data["userInvocable"] !== false;
}
