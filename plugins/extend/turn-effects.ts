import { meantModel } from "../../hooks/meant-model.js";
import type { PluginContext } from "../../core/types.js";
import type { JsonObject, JsonValue } from "../../schemas/json.js";
import type { ModelRequest } from "../../schemas/provider.js";
import type { Session } from "../../schemas/session.js";
import type { Fill } from "./fill-body.js";
import type { PromptSource } from "./prompt-source.js";

/** Tokens a model may think with, by how hard it is to try. */
const THINKING: Readonly<Record<string, number>> = {
  low: 2_048,
  medium: 8_192,
  high: 16_384,
  xhigh: 24_576,
  max: 32_768,
};

interface Shaping {
  readonly model?: string;
  readonly thinkingTokens?: number;
}

/**
 * What the front matter of a skill or command does beside its text: rules for the turn, model and effort for the rest of
 * it, hooks for the rest of the session. Listens to requests once there is something to change in them.
 */
export class TurnEffects {
  readonly #ctx: PluginContext;
  readonly #shaping = new WeakMap<Session, Shaping>();
  readonly #hooked = new WeakMap<Session, Set<string>>();
  #tapped = false;

  constructor(ctx: PluginContext) {
    this.#ctx = ctx;
  }

  async apply(source: PromptSource, session: Session, fill: Fill): Promise<void> {
    const { data } = source;
    await this.#permit(source, session, fill);
    await this.#shape(source, session);
    if (data["hooks"] !== undefined) await this.#hook(source, session, data["hooks"] as JsonValue);
  }

  /** Variables count in rules; arguments do not, so that nobody can type a rule. */
  async #permit({ data, part }: PromptSource, session: Session, fill: Fill): Promise<void> {
    const allow = rules(data, "allowedTools").map(fill);
    const deny = rules(data, "disallowedTools").map(fill);
    if (allow.length === 0 && deny.length === 0) return;
    (await this.#ctx.kernel.service("permissions"))?.forTurn(session, { allow, deny }, part.file);
  }

  async #shape({ data, name }: PromptSource, session: Session): Promise<void> {
    const { model: wanted, effort } = data;
    let shaping = this.#shaping.get(session) ?? {};
    if (typeof wanted === "string") {
      const meant = await meantModel(this.#ctx.kernel, session.provider, wanted);
      const elsewhere = meant === "unknown" || (meant !== "own" && meant.provider !== session.provider);
      if (elsewhere)
        this.#say(session, `/${name} asks for the model ${wanted}, which ${session.provider} does not know.`);
      else if (meant !== "own") shaping = { ...shaping, model: meant.model };
    }
    const tokens = typeof effort === "string" ? THINKING[effort.toLowerCase()] : undefined;
    if (tokens !== undefined) shaping = { ...shaping, thinkingTokens: tokens };
    if (shaping.model === undefined && shaping.thinkingTokens === undefined) return;
    this.#shaping.set(session, shaping);
    this.#tap();
  }

  #tap(): void {
    if (this.#tapped) return;
    this.#tapped = true;
    this.#ctx.tap("PreModel", async (request: ModelRequest, session) => {
      const shaping = this.#shaping.get(session);
      return shaping && { ...request, ...shaping };
    });
    this.#ctx.tap("Event", (event, session) => {
      if (event.type === "end") this.#shaping.delete(session);
    });
  }

  async #hook({ part, name }: PromptSource, session: Session, hooks: JsonValue): Promise<void> {
    let hooked = this.#hooked.get(session);
    if (!hooked) this.#hooked.set(session, (hooked = new Set()));
    if (hooked.has(part.file)) return;
    hooked.add(part.file);
    const service = await this.#ctx.kernel.service("shellHooks");
    const from = {
      label: `${part.kind} ${name}`,
      file: part.file,
      ...(part.owner.namespaced && { plugin: part.owner }),
    };
    if (service) service.add(session, hooks, from);
    else this.#say(session, `The hooks of /${name} are not used: no plugin that runs hooks is loaded.`);
  }

  #say(session: Session, text: string): void {
    const { plugin, kernel } = this.#ctx;
    session.emit({ type: "notice", at: kernel.clock.now(), level: "warning", text, plugin: plugin.name });
  }
}

function rules(data: JsonObject, key: string): readonly string[] {
  const list = data[key];
  return Array.isArray(list) ? list.filter((one): one is string => typeof one === "string") : [];
}
