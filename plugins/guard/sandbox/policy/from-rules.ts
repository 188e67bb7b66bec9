import { dirname, isAbsolute, basename } from "node:path";
import type { Origin, SettingsView } from "../../../../schemas/settings.js";
import { glob, literal, type Glob } from "./paths.js";

/** Permission rules as written, each with the folder that `/path` starts in. */
export interface RuleTexts {
  readonly allow: readonly RuleText[];
  readonly deny: readonly RuleText[];
}

export interface RuleText {
  readonly text: string;
  readonly base: string;
  /** The session's root: relative patterns start there. */
  readonly root: string;
}

/** What permission rules add to the walls. */
export interface Ruled {
  readonly writable: string[];
  readonly readOnly: string[];
  readonly readOnlyGlobs: Glob[];
  readonly hidden: string[];
  readonly hiddenGlobs: Glob[];
  readonly shown: string[];
  readonly shownGlobs: Glob[];
  readonly allowedHosts: string[];
  readonly deniedHosts: string[];
}

/** Layers whose allow rules widen: not those of a project, which can only narrow. */
const WIDENING: ReadonlySet<string> = new Set(["user", "local", "environment", "flag"]);

/** The rules that count, of all settings. */
export function ruleTexts(view: SettingsView, root: string): RuleTexts {
  const of = (list: "allow" | "deny"): readonly RuleText[] =>
    view
      .origins(`permissions.${list}`)
      .filter(({ held, layer }) => held === undefined && (list === "deny" || WIDENING.has(layer)))
      .flatMap((origin) => textsOf(origin).map((text) => ({ text, root, base: baseOf(origin, root) })));
  return { allow: of("allow"), deny: of("deny") };
}

function textsOf({ value, layer }: Origin): readonly string[] {
  const texts = [value].flat().filter((one): one is string => typeof one === "string");
  return layer === "flag" ? texts.flatMap((text) => text.match(/[^\s,(]+(?:\([^)]*\))?/g) ?? []) : texts;
}

function baseOf({ layer, source }: Origin, root: string): string {
  if (!isAbsolute(source) || layer === "local") return root;
  const folder = dirname(source);
  return layer === "project" && /^\.(?:nacre|claude)$/.test(basename(folder)) ? dirname(folder) : folder;
}

/**
 * Edit rules become what may be written, Read rules what may be read, `WebFetch(domain:)` rules hosts. What allows
 * counts only for whole files and folders; what denies also as a pattern.
 */
export function fromRules({ allow, deny }: RuleTexts, userHome: string): Ruled {
  const ruled: Ruled = {
    writable: [],
    readOnly: [],
    readOnlyGlobs: [],
    hidden: [],
    hiddenGlobs: [],
    shown: [],
    shownGlobs: [],
    allowedHosts: [],
    deniedHosts: [],
  };
  for (const rule of allow) {
    const { tool, host, path, pattern } = parts(rule, userHome);
    if (host !== undefined) ruled.allowedHosts.push(host);
    if (tool === "Edit" && path !== undefined) ruled.writable.push(path);
    if (tool === "Read" && path !== undefined) ruled.shown.push(path);
    if (tool === "Read" && pattern) ruled.shownGlobs.push(pattern);
  }
  for (const rule of deny) {
    const { tool, host, path, pattern } = parts(rule, userHome);
    if (host !== undefined) ruled.deniedHosts.push(host);
    if (tool === "Edit" && path !== undefined) ruled.readOnly.push(path);
    if (tool === "Edit" && pattern) ruled.readOnlyGlobs.push(pattern);
    if (tool === "Read" && path !== undefined) ruled.hidden.push(path);
    if (tool === "Read" && pattern) ruled.hiddenGlobs.push(pattern);
  }
  return ruled;
}

interface Parts {
  readonly tool?: string;
  readonly host?: string;
  readonly path?: string;
  readonly pattern?: Glob;
}

function parts({ text, base, root }: RuleText, userHome: string): Parts {
  const found = /^\s*(Edit|Read|WebFetch)\(\s*([^]*?)\s*\)\s*$/.exec(text);
  const [, tool, content = ""] = found ?? [];
  if (tool === "WebFetch") {
    return content.startsWith("domain:") ? { tool, host: content.slice("domain:".length).toLowerCase() } : {};
  }
  if (tool === undefined || content === "") return {};
  const anchored = content.startsWith("//") || content.startsWith("~");
  // `/path` starts where the rule's file says, a bare name fits at any depth, the rest starts at the root.
  const fromSource = !anchored && content.startsWith("/");
  const written = { text: fromSource ? content.slice(1) : content, base: fromSource ? base : root };
  const bare = !anchored && !content.includes("/");
  const path = bare ? undefined : literal(written, userHome);
  if (path !== undefined) return { tool, path };
  const pattern = glob(written, userHome);
  return typeof pattern === "string" ? { tool } : { tool, pattern };
}
