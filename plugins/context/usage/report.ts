import type { KernelView } from "../../../core/types.js";
import type { UsageReport } from "../../../schemas/kinds.js";
import type { Usage } from "../../../schemas/provider.js";
import type { ReplyFacts, Session } from "../../../schemas/session.js";
import { costOf, type Prices } from "./prices.js";
import { tokensOfDefinition, tokensOfResults } from "./tokens.js";

type ModelRow = UsageReport["models"][string] & { readonly unknown?: true };
type ToolRow = UsageReport["tools"][string];

/** A report with what each turn and each plugin used. */
export interface FullReport extends UsageReport {
  /** By provider's name of the model; `unknown` where no price is known and the cost is given as 0. */
  readonly models: Readonly<Record<string, ModelRow>>;
  /** One for each answer, in order. */
  readonly turns: readonly {
    readonly model: string;
    readonly usage: Usage;
    readonly cost: number;
    readonly ms: number;
    readonly tools: readonly string[];
  }[];
  readonly plugins: Readonly<Record<string, { readonly calls: number; readonly tokens: number }>>;
}

/** Knows what the agents of a session answered. */
interface Agents {
  /** The session's own answers first. */
  repliesWith(session: Session): readonly ReplyFacts[];
}

const NOBODY: Agents = { repliesWith: (session) => session.replies };
const NOTHING: Usage = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };

/** What a session and its agents have used so far, taken up past included. Turns and tools are its own alone. */
export function reportOn(session: Session, kernel: KernelView, prices: Prices, agents: Agents = NOBODY): FullReport {
  const replies = agents.repliesWith(session);
  const all = replies.map((reply) => turnOf(reply, prices));
  const usage = all.reduce((sum, turn) => plus(sum, turn.usage), NOTHING);
  const cost = all.reduce((sum, turn) => sum + turn.cost, 0);
  const ms = all.reduce((sum, turn) => sum + turn.ms, 0);
  const tools = toolsOf(session, kernel);
  return {
    total: { ...usage, cost, calls: all.length, ms },
    models: modelsOf(replies, prices),
    turns: all.slice(0, session.replies.length),
    tools,
    plugins: pluginsOf(tools),
  };
}

function turnOf(reply: ReplyFacts, prices: Prices): FullReport["turns"][number] {
  const { model, usage, ms, tools } = reply;
  const price = prices.of(reply.provider, model);
  return { model, usage, cost: price ? costOf(usage, price) : 0, ms, tools };
}

function modelsOf(replies: readonly ReplyFacts[], prices: Prices): Readonly<Record<string, ModelRow>> {
  const rows: Record<string, ModelRow> = {};
  for (const { provider, model, usage } of replies) {
    const price = prices.of(provider, model);
    const row = Object.hasOwn(rows, model) ? rows[model] : undefined;
    rows[model] = {
      ...plus(row ?? NOTHING, usage),
      cost: (row?.cost ?? 0) + (price ? costOf(usage, price) : 0),
      calls: (row?.calls ?? 0) + 1,
      ...(price?.contextWindow !== undefined && { contextWindow: price.contextWindow }),
      ...(price === undefined && { unknown: true }),
    };
  }
  return rows;
}

/** A definition and a result are counted once, however many requests carried them. */
function toolsOf(session: Session, kernel: KernelView): Readonly<Record<string, ToolRow>> {
  const owners = ownersOf(kernel);
  const results = tokensOfResults(session.messages);
  const calls = new Map<string, number>();
  for (const name of session.replies.flatMap((reply) => reply.tools)) calls.set(name, (calls.get(name) ?? 0) + 1);
  const definitions = new Map(kernel.all("tool").map((tool) => [tool.name, tokensOfDefinition(tool)]));
  const rows: Record<string, ToolRow> = {};
  for (const name of new Set([...definitions.keys(), ...calls.keys(), ...results.keys()])) {
    const tokens = (definitions.get(name) ?? 0) + (results.get(name) ?? 0);
    rows[name] = { calls: calls.get(name) ?? 0, tokens, plugin: owners.get(name) ?? "" };
  }
  return rows;
}

function ownersOf(kernel: KernelView): ReadonlyMap<string, string> {
  const owners = new Map<string, string>();
  for (const { plugin } of kernel.plugins) {
    for (const item of plugin.provides?.["tool"] ?? []) {
      if ("name" in item && typeof item.name === "string") owners.set(item.name, plugin.name);
    }
  }
  return owners;
}

function pluginsOf(tools: Readonly<Record<string, ToolRow>>): FullReport["plugins"] {
  const rows: Record<string, { calls: number; tokens: number }> = {};
  for (const { plugin, calls, tokens } of Object.values(tools)) {
    const row = (rows[plugin] ??= { calls: 0, tokens: 0 });
    row.calls += calls;
    row.tokens += tokens;
  }
  return rows;
}

function plus(one: Usage, other: Usage): Usage {
  return {
    input: one.input + other.input,
    output: one.output + other.output,
    cacheRead: one.cacheRead + other.cacheRead,
    cacheWrite: one.cacheWrite + other.cacheWrite,
  };
}
