import type { PluginContext } from "../../../../core/types.js";
import type { PendingCall } from "../../../../schemas/decision.js";
import { UserError } from "../../../../schemas/errors.js";
import type { JsonObject } from "../../../../schemas/json.js";
import { userHome } from "../../../../schemas/user-home.js";
import type { Law } from "../open.js";
import type { Place } from "../paths/judge-path.js";
import { realOr } from "../paths/real-or.js";
import { settingsFolders } from "../settings-folders.js";
import { Standing } from "../standing.js";
import { pendingCall } from "./judge-case.js";
import { verdictOn, type Verdict } from "./verdict.js";

export interface JudgedHere extends Verdict {
  readonly call: { readonly tool: string; readonly input: JsonObject };
}

/** Judges a call that is written down, in this folder and by these settings. Throws a UserError for what is no call. */
export async function judgeHere(ctx: PluginContext, text: string): Promise<JudgedHere> {
  const pending = await written(ctx, text);
  const { place, law } = here(ctx);
  const { name: tool, input } = pending.call;
  return { call: { tool, input }, ...(await verdictOn(pending, place, law)) };
}

export interface Here {
  readonly place: Place;
  readonly law: Law;
  /** One sentence for each rule and folder that does not count. */
  readonly problems: readonly string[];
}

/** What a session that began now in this folder would be judged by. */
export function here(ctx: PluginContext): Here {
  const { cwd: given, env, home: own, settings } = ctx.kernel;
  const [cwd, home] = [realOr(given), userHome(env)];
  const standing = new Standing(ctx);
  const problems: string[] = [];
  const say = (problem: string): void => void problems.push(problem);
  const added = (settings.get("workspace.folders") as readonly string[] | undefined) ?? [];
  const more = settingsFolders(settings, cwd, home);
  const folders = [...new Set([cwd, ...added.map(realOr), ...more.folders])];
  const law = {
    mode: standing.mode(say),
    rules: standing.rules(say),
    anchors: { cwd, root: cwd, home },
    confined: standing.confined,
  };
  problems.push(...more.problems);
  return { place: { cwd, home, folders, own: realOr(own) }, law, problems };
}

/** The field that a call's words in brackets stand for. */
const FIELDS: readonly string[] = ["command", "file_path", "notebook_path", "path", "url", "pattern", "query", "skill"];

/** `Read(src/a.ts)`, `WebFetch(https://...)`, `Tool({"field": ...})`; everything else is a command line. */
export async function written(ctx: PluginContext, text: string): Promise<PendingCall> {
  const parts = /^([A-Z]\w*|mcp__[\w-]+)(?:\((.*)\))?$/s.exec(text.trim());
  const isKnown = parts && ctx.all("tool").some(({ name, aliases }) => [name, ...(aliases ?? [])].includes(parts[1]!));
  if (parts && !isKnown && (text.includes("(") || text.startsWith("mcp__"))) {
    const names = ctx.all("tool").map(({ name }) => name);
    throw new UserError(`There is no tool "${parts[1]!}" here; there are ${names.toSorted().join(", ")}.`);
  }
  if (!parts || !isKnown) return pendingCall(ctx, "Bash", { command: text });
  const [, name = "", content = ""] = parts;
  if (content.startsWith("{")) return pendingCall(ctx, name, inputOf(content));
  const { tool } = await pendingCall(ctx, name, {});
  const fields = Object.keys((tool.inputSchema["properties"] as object | undefined) ?? {});
  const field = FIELDS.find((one) => fields.includes(one));
  if (content !== "" && field === undefined)
    throw new UserError(`Write the input of ${tool.name} as JSON: ${tool.name}({"field": "value"}).`);
  return pendingCall(ctx, name, field === undefined || content === "" ? {} : { [field]: content });
}

function inputOf(json: string): JsonObject {
  try {
    return JSON.parse(json) as JsonObject;
  } catch {
    throw new UserError(`What is in the brackets is not valid JSON: ${json.slice(0, 200)}`);
  }
}
