import { dirname } from "node:path";
import type { PluginContext } from "../../core/types.js";
import { EXIT, UserError } from "../../schemas/errors.js";
import { isObject, type JsonObject } from "../../schemas/json.js";
import { textOf } from "../../schemas/message.js";
import type { Session } from "../../schemas/session.js";
import { markdownPieces } from "./body-pieces.js";
import { expandBody } from "./expand-body.js";
import { filler, takesArguments, type Values } from "./fill-body.js";
import type { PromptSource } from "./prompt-source.js";
import { promptVariables } from "./prompt-values.js";
import { tomlPieces } from "./toml-pieces.js";
import { TurnEffects } from "./turn-effects.js";

/** How a skill or command is used. */
export interface Use {
  readonly session: Session;
  /** Everything behind the name, as typed. */
  readonly args: string;
  readonly signal?: AbortSignal;
}

const NO_SHELL = "[shell command execution disabled by policy]";

/** Turns skills and commands into what the model reads, with all that their front matter asks for. */
export class PromptUser {
  readonly #ctx: PluginContext;
  readonly #effects: TurnEffects;

  constructor(ctx: PluginContext) {
    this.#ctx = ctx;
    this.#effects = new TurnEffects(ctx);
  }

  /** The expanded body. Throws a UserError when one of its commands may not run or fails. */
  async text(source: PromptSource, { session, args, signal }: Use): Promise<string> {
    const { body, part, data, toml } = source;
    const variables = await promptVariables(this.#ctx.kernel, source, session);
    const names = Array.isArray(data["arguments"]) ? (data["arguments"] as readonly string[]) : [];
    const values: Values = { args, names, variables };
    await this.#effects.apply(source, session, filler({ args: "", variables }));
    const pieces = toml ? tomlPieces(body, values) : markdownPieces(body, filler(values));
    const text = await expandBody(pieces, {
      session,
      folder: dirname(part.file),
      tool: data["shell"] === "powershell" ? "PowerShell" : "Bash",
      ...(signal && { signal }),
      ...(this.#shellIsOff(part.owner.origin) && { noShell: NO_SHELL }),
    });
    if (args === "") return text;
    if (toml) return body.includes("{{args}}") ? text : `${text}\n\n${args}`;
    return takesArguments(body) ? text : `${text}\n\nARGUMENTS: ${args}`;
  }

  /** Runs the expanded body as an agent's task and resolves with its answer. Throws a UserError. */
  async fork(source: PromptSource, use: Use): Promise<string> {
    const { session, signal } = use;
    const { name, data } = source;
    const tool = this.#ctx.all("tool").find((one) => one.name === "Agent");
    if (!tool || !session.offers("Agent")) {
      throw new UserError(`/${name} runs in an agent (context: fork), and the tool Agent is not there.`, EXIT.failed);
    }
    const properties = isObject(tool.inputSchema["properties"]) ? tool.inputSchema["properties"] : {};
    const { agent, model } = data;
    const input: Record<string, unknown> = {
      description: `/${name}`,
      // Model and effort are the agent's then, and not those of this conversation.
      prompt: await this.text({ ...source, data: { ...data, model: null, effort: null } }, use),
      subagent_type: typeof agent === "string" ? agent : "general-purpose",
      ...(typeof model === "string" && model !== "inherit" && "model" in properties && { model }),
      ...("run_in_background" in properties && { run_in_background: false }),
    };
    const used = await session.use({ name: "Agent", input: input as JsonObject }, signal ? { signal } : {});
    const said = textOf(used.output.content);
    if (used.ran && used.output.isError !== true) return said;
    throw new UserError(`/${name}: ${used.refused?.reason ?? said}`, used.refused ? EXIT.denied : EXIT.failed);
  }

  #shellIsOff(origin: string): boolean {
    return origin !== "built in" && this.#ctx.kernel.settings.get("disableSkillShellExecution") === true;
  }
}
