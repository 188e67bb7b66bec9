import { join, resolve } from "node:path";
import type { PluginContext } from "../../../../core/types.js";
import type { PendingCall } from "../../../../schemas/decision.js";
import type { JsonObject } from "../../../../schemas/json.js";
import type { Effect, ToolSpec } from "../../../../schemas/tool.js";
import type { Law } from "../open.js";
import type { Place } from "../paths/judge-path.js";
import { realOr } from "../paths/real-or.js";
import { knownTools } from "../rules/known-tools.js";
import { LISTS, type KnownTools, type RuleSet } from "../rules/rule-set.js";
import { parseRule, type List, type Rule, type RuleSource } from "../rules/rule.js";
import { OLD_NAMES, TOOL_WORDS } from "../rules/vocabulary.js";
import type { Case, RuleSourceName } from "./case-file.js";
import { verdictOn, type Verdict } from "./verdict.js";

export interface Judged extends Verdict {
  /** One sentence for each rule that does not count. */
  readonly problems: readonly string[];
}

/** Judges a case as data: its files are looked at, nothing else of this run counts. */
export async function judgeCase(ctx: PluginContext, one: Case): Promise<Judged> {
  const { rules, problems } = rulesOf(ctx, one);
  const root = realOr(one.cwd);
  const law: Law = { mode: one.mode, rules, anchors: { cwd: root, root, home: one.home } };
  const held = one.ruleSource === "project" && !one.trusted;
  const added = held ? [] : one.additionalDirectories.map((dir) => realOr(fromHome(dir, one)));
  const place: Place = { cwd: root, home: one.home, folders: [root, ...added], own: realOr(join(one.home, ".nacre")) };
  const verdict = await verdictOn(await pendingCall(ctx, one.tool, one.input), place, law);
  return { ...verdict, problems };
}

/** A call as the gate is handed it. Tools that are not there are taken for what their name says, else for ones that run something. */
export async function pendingCall(ctx: PluginContext, name: string, input: JsonObject): Promise<PendingCall> {
  const wanted = OLD_NAMES.get(name) ?? name;
  const known = ctx.all("tool").find((tool) => tool.name === wanted || tool.aliases?.includes(wanted));
  const tool: ToolSpec = known ?? { name: wanted, description: "", inputSchema: {}, effect: effectNamed(wanted) };
  const call = { id: "check", name: tool.name, input };
  return { call, tool, effect: await effectOf(ctx, tool, input), again: false };
}

function effectNamed(tool: string): Effect {
  const words = TOOL_WORDS.get(tool);
  if (words?.grammar === "domain") return "network";
  if (words?.grammar !== "path") return "exec";
  return tool === "Edit" || words.instead === "Edit" ? "write" : "read";
}

async function effectOf(ctx: PluginContext, { name, effect }: ToolSpec, input: JsonObject): Promise<Effect> {
  const live = await ctx.get("tool", name);
  try {
    return live?.effectOf?.(input) ?? effect;
  } catch {
    return effect; // The input is no valid one for it.
  }
}

const known = new WeakMap<PluginContext, KnownTools>();

/** A file can hold very many cases, and the tools are the same for all. */
function toolsOf(ctx: PluginContext): KnownTools {
  let tools = known.get(ctx);
  if (!tools) known.set(ctx, (tools = knownTools(ctx)));
  return tools;
}

function rulesOf(ctx: PluginContext, one: Case): { readonly rules: RuleSet; readonly problems: readonly string[] } {
  const tools = toolsOf(ctx);
  const source = sourceOf(one);
  const problems: string[] = [];
  const read = (list: List): readonly Rule[] =>
    one.rules[list].flatMap((text): readonly Rule[] => {
      const rule = parseRule({ text, list, source }, tools);
      if (typeof rule === "string") problems.push(`${one.id}: the ${list} rule ${text} does not count: ${rule}.`);
      const held = list === "allow" && one.ruleSource === "project" && !one.trusted;
      return typeof rule === "string" || held ? [] : [rule];
    });
  const rules = Object.fromEntries(LISTS.map((list) => [list, read(list)])) as unknown as RuleSet;
  return { rules, problems };
}

const LABELS: Readonly<Record<RuleSourceName, string>> = {
  project: "project settings",
  local: "local settings",
  user: "user settings",
  managed: "managed settings",
  cli: "--allowed-tools",
  session: "session",
};

/** Patterns `/path` of the user's settings start in the folder of those; all others in the working folder. */
function sourceOf({ ruleSource, home }: Case): RuleSource {
  const layer = ruleSource === "cli" ? "flag" : ruleSource;
  return { layer, source: LABELS[ruleSource], base: ruleSource === "user" ? join(home, ".nacre") : "" };
}

function fromHome(dir: string, { home, cwd }: Case): string {
  return dir === "~" || dir.startsWith("~/") ? home + dir.slice(1) : resolve(cwd, dir);
}
