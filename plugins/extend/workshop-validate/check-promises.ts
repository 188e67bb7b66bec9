import { join } from "node:path";
import { corePoints } from "../../../hooks/index.js";
import { isObject } from "../../../schemas/json.js";
import type { Diagnostic, Package } from "../../../schemas/parts.js";
import { placeInJson } from "../diagnostic.js";
import { readText } from "../read-text.js";

const SHARED = ["UserPromptExpansion", "InstructionsLoaded"];
const EFFECTS = ["read", "write", "exec", "network", "ui"];
const NEEDS_CODE = new Set(["tool", "provider", "front", "subcommand", "service", "middleware", "command", "taps"]);

/** Checks `extensions["dev.nacre"]` beyond the types of its fields: what it says it adds has to make sense. */
export function checkPromises({ dir, manifest, main }: Package): Diagnostic[] {
  const file = join(dir, "plugin.json");
  const text = readText(file);
  const problems: Diagnostic[] = [];
  const say = (path: readonly (string | number)[], code: string, message: string, fix: string): void => {
    const place = typeof text === "string" ? placeInJson(text, ["extensions", "dev.nacre", ...path]) : undefined;
    problems.push({ severity: "error", code, message, fix, file, ...place });
  };
  for (const [kind, items] of Object.entries(manifest.provides ?? {})) {
    if (main === undefined && NEEDS_CODE.has(kind)) {
      const message = `The manifest promises ${kind}, and there is no module that could add it.`;
      say(["provides", kind], "no-module", message, 'Add index.js, or name the module in "main".');
    }
    for (const [at, item] of (items ?? []).entries()) {
      const fault = kind === "taps" ? tapFault(item) : itemFault(kind, item);
      if (fault) say(["provides", kind, at], fault.code, fault.message, fault.fix);
    }
  }
  for (const [key, setting] of Object.entries(manifest.settings?.properties ?? {})) {
    if (setting.description !== undefined) continue;
    const message = `The setting "${key}" has no description.`;
    say(["settings", "properties", key], "setting-without-description", message, 'Add "description".');
  }
  return problems;
}

type Fault = Pick<Diagnostic, "code" | "message"> & { readonly fix: string };

function tapFault(tap: object): Fault | undefined {
  const { point } = tap as { readonly point?: unknown };
  const known = [...Object.keys(corePoints), ...SHARED];
  if (typeof point === "string" && known.includes(point)) return undefined;
  const message = `There is no hook point ${JSON.stringify(point)}.`;
  return { code: "unknown-point", message, fix: `Use one of ${known.join(", ")}.` };
}

function itemFault(kind: string, item: object): Fault | undefined {
  const { name, description, inputSchema, effect } = item as Readonly<Record<string, unknown>>;
  if (typeof name !== "string" || name === "") {
    return { code: "item-without-name", message: `An item of the kind ${kind} has no name.`, fix: 'Add "name".' };
  }
  if (kind !== "tool") return undefined;
  if (typeof description !== "string" || description.trim() === "") {
    const message = `The tool ${name} has no description: a model cannot know when to call it.`;
    return { code: "tool-without-description", message, fix: 'Add "description", or "@file.md" beside the manifest.' };
  }
  if (!isObject(inputSchema) || inputSchema["type"] !== "object") {
    const message = `The input schema of the tool ${name} is not that of an object.`;
    return { code: "tool-schema", message, fix: 'Give "inputSchema": { "type": "object", "properties": { ... } }.' };
  }
  if (EFFECTS.includes(String(effect))) return undefined;
  const message = `The tool ${name} does not say what its calls do: its effect is ${JSON.stringify(effect)}.`;
  return { code: "tool-effect", message, fix: `Give "effect": one of ${EFFECTS.join(", ")}.` };
}
