import type { KernelView, PluginContext } from "../../../core/types.js";
import { EXIT, UserError } from "../../../schemas/errors.js";
import { isObject, type JsonValue } from "../../../schemas/json.js";
import type { Catalogue, OwnedPart } from "../../../schemas/parts.js";
import type { Session } from "../../../schemas/session.js";
import { agentType, type AgentType } from "./agent-type.js";
import { promptIn } from "./prompt-in.js";

/** Everybody there is, by name. Who comes first hides those of the same name behind. */
export class Roster {
  readonly #ctx: PluginContext;
  readonly #given = new Map<string, AgentType>();
  /** What the main agent's list of tools says holds for its session alone. */
  readonly #limits = new WeakMap<Session, readonly string[]>();
  #found: { readonly generation: string; readonly types: readonly AgentType[] } | undefined;

  constructor(ctx: PluginContext) {
    this.#ctx = ctx;
    const json = ctx.kernel.settings.get("agents.json");
    if (typeof json === "string") this.define(parsed(json), "--agents");
  }

  /** See `Agents.define`. */
  define(agents: JsonValue, from: string): void {
    if (!isObject(agents)) throw new UserError(`${from} has to be a JSON object of agents by name.`);
    for (const [name, fields] of Object.entries(agents)) {
      const description = isObject(fields) ? fields["description"] : undefined;
      const prompt = isObject(fields) ? fields["prompt"] : undefined;
      if (!isObject(fields) || typeof description !== "string" || typeof prompt !== "string") {
        throw new UserError(`${from}: the agent ${JSON.stringify(name)} needs the texts "description" and "prompt".`);
      }
      const wrong = wrongName(name);
      if (wrong !== undefined) throw new UserError(`${from}: ${wrong}`);
      const source = { prompt: async () => prompt, origin: from, file: from };
      this.#given.set(name, agentType(name, description, fields, source));
      this.#found = undefined;
    }
  }

  /** In descending precedence, each name once. */
  async all(): Promise<readonly AgentType[]> {
    const catalogue = await this.#ctx.kernel.service("catalogue");
    const generation = catalogue?.generation() ?? "";
    if (this.#found?.generation === generation) return this.#found.types;
    const byName = new Map<string, AgentType>();
    for (const type of [...this.#given.values(), ...(await inFiles(this.#ctx.kernel, catalogue)), ...this.#brought()]) {
      if (!byName.has(type.name)) byName.set(type.name, type);
    }
    this.#found = { generation, types: [...byName.values()] };
    return this.#found.types;
  }

  /**
   * By name; in another case, or without the plugin's name, where only one can be meant. Throws a UserError that names
   * everybody there is.
   */
  async named(name: string): Promise<AgentType> {
    const all = await this.all();
    const lower = name.toLowerCase();
    const found =
      all.find((type) => type.name === name) ??
      only(all.filter((type) => type.name.toLowerCase() === lower)) ??
      only(all.filter((type) => type.name.toLowerCase().endsWith(`:${lower}`)));
    if (found) return this.#approved(found);
    const names = all.map((type) => type.name).join(", ");
    throw new UserError(`There is no agent ${JSON.stringify(name)}; there are: ${names}.`, EXIT.usage);
  }

  /** Throws a UserError for an agent of an installed plugin whose files are not those that were approved. */
  async #approved(type: AgentType): Promise<AgentType> {
    if (type.owner?.origin !== "installed") return type;
    const why = await (await this.#ctx.kernel.service("installed"))?.verify(type.owner.dir);
    if (why !== undefined) throw new UserError(why, EXIT.plugin);
    return type;
  }

  /** Lets a session start no others than these. */
  limit(session: Session, names: readonly string[] | undefined): void {
    if (names) this.#limits.set(session, names);
  }

  maySpawn(session: Session, name: string): boolean {
    return this.#limits.get(session)?.includes(name) ?? true;
  }

  /** Those that other plugins' manifests bring along; what was installed is known and bound as its files would be. */
  #brought(): readonly AgentType[] {
    const { plugins } = this.#ctx.kernel;
    const installed = plugins.map(({ plugin }) => plugin).filter(({ origin }) => origin === "installed");
    return this.#ctx.all("agentType").map((item) => {
      const prompt = async (): Promise<string> => item.text;
      const from = installed.find(({ provides }) =>
        provides?.["agentType"]?.some((one) => "name" in one && one.name === item.name),
      );
      if (!from) return agentType(item.name, item.description, item, { prompt, origin: "built in", file: "built in" });
      const { name, dir = "", origin = "installed" } = from;
      const owner = { name, dir, origin, format: "nacre", namespaced: true, strict: false };
      return agentType(`${name}:${item.name}`, item.description, item, { prompt, origin, file: dir, owner });
    });
  }
}

async function inFiles(kernel: KernelView, catalogue: Catalogue | undefined): Promise<readonly AgentType[]> {
  if (!catalogue || catalogue.count("agent") === 0) return [];
  return (await catalogue.parts("agent")).flatMap((part) => {
    const { owner, file, data } = part;
    if (!owner.namespaced && (isOther(part) || wrongName(part.name) !== undefined)) return [];
    const scope = typeof data["scope"] === "string" ? `${data["scope"]}:` : "";
    const name = owner.namespaced ? `${owner.name}:${scope}${part.name}` : part.name;
    const description = typeof data["description"] === "string" ? data["description"] : "";
    return [
      agentType(name, description, data, { prompt: () => promptIn(kernel, part), origin: owner.origin, file, owner }),
    ];
  });
}

/** Folders of users and projects also hold files that were never meant to be an agent. */
function isOther({ data }: OwnedPart): boolean {
  return data["unnamed"] === true || data["undescribed"] === true;
}

function wrongName(name: string): string | undefined {
  if (name !== "" && !name.includes(":") && !name.startsWith("-")) return undefined;
  return `${JSON.stringify(name)} is no name for an agent: it must not hold ":" nor begin with "-".`;
}

function only<T>(found: readonly T[]): T | undefined {
  return found.length === 1 ? found[0] : undefined;
}

function parsed(json: string): JsonValue {
  try {
    return JSON.parse(json) as JsonValue;
  } catch {
    throw new UserError("--agents is not valid JSON: give an object of agents by name.");
  }
}
