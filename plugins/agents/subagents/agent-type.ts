import { isObject, type JsonObject } from "../../../schemas/json.js";
import type { PartOwner } from "../../../schemas/parts.js";

declare module "../../../core/types.js" {
  interface Registries {
    /** An agent that a plugin's manifest brings along: `text` is its prompt, other keys are those of agent files. */
    agentType: JsonObject & { readonly name: string; readonly description: string; readonly text: string };
  }
}

/** Somebody who can be given work. */
export interface AgentType {
  /** As it is called: a plugin's agents are `plugin:name`. */
  readonly name: string;
  readonly description: string;
  /** What it works by, without what its file says of it. Rejects with a UserError when its file may not be used. */
  readonly prompt: () => Promise<string>;
  /** Names of tools; every tool where absent. */
  readonly tools?: readonly string[];
  readonly disallowedTools: readonly string[];
  readonly model?: string;
  readonly provider?: string;
  readonly permissionMode?: string;
  readonly maxTurns?: number;
  /** Tokens of one answer. */
  readonly maxTokens?: number;
  readonly seconds?: number;
  /** US dollars. */
  readonly budget?: number;
  readonly effort?: string;
  readonly skills: readonly string[];
  readonly hooks?: JsonObject;
  readonly background: boolean;
  readonly worktree: boolean;
  readonly initialPrompt?: string;
  readonly omitGuidelines: boolean;
  /** For people: "built in", "user", "project", "--agents", ... */
  readonly origin: string;
  /** Where it is written; the origin otherwise. */
  readonly file: string;
  readonly owner?: PartOwner;
}

/** Where an agent comes from. */
export type AgentSource = Pick<AgentType, "prompt" | "origin" | "file"> & { readonly owner?: PartOwner };

/** Fields that only nacre knows stand among what a file's reader left as it is written. */
const OTHERS = "frontMatter";

/** Makes an agent of the fields of a file, of `--agents` or of a manifest. What has the wrong shape does not count. */
export function agentType(name: string, description: string, data: JsonObject, source: AgentSource): AgentType {
  const others = isObject(data[OTHERS]) ? data[OTHERS] : {};
  const field = (key: string): unknown => data[key] ?? others[key];
  const own = source.owner?.namespaced !== true;
  const { tools, hooks } = data;
  const hasTools = Array.isArray(tools) || (typeof tools === "string" && tools.trim() !== "");
  const text = (key: string): { readonly [k: string]: string } => {
    const value = field(key);
    return typeof value === "string" && value.trim() !== "" ? { [key]: value.trim() } : {};
  };
  const number = (key: string, to: string = key): { readonly [k: string]: number } => {
    const value = Number(field(key) ?? Number.NaN);
    return value > 0 ? { [to]: value } : {};
  };
  return {
    ...source,
    name,
    description,
    ...(hasTools && !namesIn(tools).includes("*") && { tools: namesIn(tools) }),
    disallowedTools: namesIn(data["disallowedTools"]),
    ...text("model"),
    ...text("provider"),
    ...text("effort"),
    ...number("maxTurns"),
    ...number("maxTokens"),
    ...number("timeout", "seconds"),
    ...number("maxBudgetUsd", "budget"),
    skills: namesIn(data["skills"]),
    background: data["background"] === true,
    worktree: data["isolation"] === "worktree",
    omitGuidelines: data["omitClaudeMd"] === true,
    // What an installed plugin's agent says of these does not count: nobody looked at it when the plugin was chosen.
    ...(own && text("permissionMode")),
    ...(own && text("initialPrompt")),
    ...(own && isObject(hooks) && { hooks }),
  };
}

/** Names in a list, or in a text with commas or blanks between them. What stands in parentheses belongs to its name. */
function namesIn(value: unknown): readonly string[] {
  const texts = Array.isArray(value) ? value.filter((one) => typeof one === "string") : [value];
  return texts.flatMap((text) => (typeof text === "string" ? (text.match(/[^\s,()]+(?:\([^)]*\))?/g) ?? []) : []));
}
