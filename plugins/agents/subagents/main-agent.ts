import type { PluginContext } from "../../../core/types.js";
import type { Block } from "../../../schemas/message.js";
import type { Session, SessionInit } from "../../../schemas/session.js";
import type { AgentType } from "./agent-type.js";
import { warn } from "./child.js";
import { spawnable, toolsNamed } from "./choose-tools.js";
import type { Limits } from "./limits.js";
import { modeFor } from "./mode-for.js";
import type { Roster } from "./roster.js";
import { skillsFor } from "./skills-for.js";
import { mainSystemFor } from "./system-for.js";

/** Lets the main conversation work as an agent. */
export class MainAgent {
  readonly #ctx: PluginContext;
  readonly #limits: Limits;
  #session: Session | undefined;
  readonly #roster: Roster;

  constructor(ctx: PluginContext, limits: Limits, roster: Roster) {
    this.#ctx = ctx;
    this.#limits = limits;
    this.#roster = roster;
  }

  /** What the session is opened with. The rest is done to the first one that opens without being an agent's. */
  async opening(type: AgentType): Promise<SessionInit> {
    const { kernel } = this.#ctx;
    this.#begin(type);
    return {
      system: await mainSystemFor(kernel, await type.prompt()),
      ...this.#tools(type),
      ...this.#model(type),
      ...(type.maxTurns !== undefined &&
        kernel.settings.get("limits.turns") === undefined && { maxTurns: type.maxTurns }),
    };
  }

  #begin(type: AgentType): void {
    let first = true;
    this.#ctx.tap("SessionStart", async (start, session) => {
      if (session.agent || this.#session) return undefined;
      const { kernel } = this.#ctx;
      this.#session = session;
      this.#roster.limit(session, spawnable(type.tools));
      this.#limits.hold(session, type);
      const asked = kernel.settings.get("permissions.defaultMode") ?? kernel.settings.get("permissions.mode");
      const sentence = asked === undefined ? await modeFor(kernel, type, session) : undefined;
      const skills = await skillsFor(kernel, type);
      for (const text of [sentence, ...skills.problems]) if (text !== undefined) warn(this.#ctx, session, text);
      const from = { label: `agent ${type.name}`, file: type.file, ...(type.owner && { plugin: type.owner }) };
      if (type.hooks) (await kernel.service("shellHooks"))?.add(session, type.hooks, from);
      return { ...start, context: [...start.context, ...skills.texts] };
    });
    const { initialPrompt } = type;
    if (initialPrompt === undefined) return;
    this.#ctx.tap("UserPromptSubmit", async (prompt, session) => {
      if (session !== this.#session || !first || session.messages.length > 0) return undefined;
      first = false;
      const begin: Block = { type: "text", text: initialPrompt };
      return { ...prompt, content: [begin, ...prompt.content] };
    });
  }

  #tools({ tools, disallowedTools }: AgentType): Pick<SessionInit, "tools" | "withoutTools"> {
    const all = this.#ctx.all("tool");
    const without = disallowedTools.flatMap((name) => toolsNamed(all, name));
    const own = tools?.flatMap((name) => toolsNamed(all, name));
    return { ...(own && { tools: own }), ...(without.length > 0 && { withoutTools: without }) };
  }

  /** What the command line and settings say of the model goes before what the agent says. */
  #model({ provider, model }: AgentType): Pick<SessionInit, "provider" | "model"> {
    const { settings } = this.#ctx.kernel;
    if (settings.get("api.model") !== undefined || settings.get("api.provider") !== undefined) return {};
    const isNamed = model !== undefined && model.includes("-");
    return { ...(provider !== undefined && { provider }), ...(isNamed && { model }) };
  }
}
