import type { KernelView } from "../../../core/types.js";
import type { JsonObject } from "../../../schemas/json.js";
import type { Session } from "../../../schemas/session.js";
import type { Offered, SessionFacts } from "./protocol.js";

/** A session as it is shown to a plugin's process: who and where, and not what was said. */
export function factsOf(session: Session): SessionFacts {
  const { id, parent, name, root, folders, cwd, provider, model, busy, headless, agent } = session;
  return {
    id,
    ...(parent !== undefined && { parent }),
    ...(name !== undefined && { name }),
    root,
    folders,
    cwd,
    provider,
    model,
    busy,
    headless,
    ...(agent && { agent: { id: agent.id, type: agent.type } }),
  };
}

/** What is shown of each kind. Items that were made at run time may hold more than is anybody's business. */
const SHOWN: Readonly<Record<string, readonly string[]>> = {
  tool: ["description", "inputSchema", "effect", "aliases", "together"],
  command: ["description", "aliases", "argumentHint", "hidden", "source"],
  provider: ["description", "aliases", "defaultModel", "modelNames", "modelPrefix"],
  context: ["volatility", "text"],
  flag: ["description", "type", "short", "aliases", "value"],
  subcommand: ["description", "aliases", "usage"],
  front: ["description"],
  kind: ["folder", "file", "files"],
  middleware: [],
  service: [],
};

/** Data of what there is, by kind. */
export function offeredIn(kernel: Pick<KernelView, "all">): Offered {
  const all: Record<string, readonly JsonObject[]> = {};
  for (const [kind, keys] of Object.entries(SHOWN)) {
    const items = kernel.all(kind as "tool") as readonly (JsonObject & { readonly name: string })[];
    all[kind] = items.map((item) => pick(item, ["name", ...keys]));
  }
  return all;
}

/** Plugins as a process sees them. */
export function pluginsOf({ plugins }: Pick<KernelView, "plugins">): readonly JsonObject[] {
  return plugins.map(({ plugin, state }) => ({
    plugin: pick(plugin as unknown as JsonObject, ["name", "version", "description", "origin", "id"]),
    state,
  }));
}

function pick(item: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(keys.flatMap((key) => (item[key] === undefined ? [] : [[key, item[key]]])));
}
