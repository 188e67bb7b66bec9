import { statSync } from "node:fs";
import { basename } from "node:path";
import type { JsonObject } from "../../../schemas/json.js";
import type { Diagnostic, Part, PartPlace, PartsFound } from "../../../schemas/parts.js";
import { realPath } from "../../../schemas/real-path.js";
import { inFile, placeInJson } from "../diagnostic.js";
import { readHookFile, readHooks as readShape, type HooksRead } from "../hook-file.js";
import { readText } from "../read-text.js";
import type { Group } from "./hook.js";
import { usable, type Where } from "./read-hooks.js";

/** What the catalogue keeps of one file of hooks. */
export interface HookData extends JsonObject {
  readonly groups: readonly Group[];
  /** Handlers by event, those that cannot be run included. */
  readonly events: Readonly<Record<string, number>>;
}

/** Reads the hook files of a plugin, each once, and what its manifest holds itself. */
export function readParts(places: readonly PartPlace[]): PartsFound {
  const parts: Part[] = [];
  const problems: Diagnostic[] = [];
  const files = new Set<string>();
  const seen = new Set<string>();
  const add = (file: string, read: HooksRead, where?: Where): void => {
    const { groups, faults } = usable(read, where);
    problems.push(...inFile(file, faults));
    const events: Record<string, number> = {};
    for (const [event, list] of Object.entries(read.hooks)) {
      events[event] = list.reduce((sum, { hooks }) => sum + hooks.length, 0);
    }
    // Without its part nobody would hear that a file is wrong: what is not held is not looked at.
    const isWrong = faults.some(({ severity }) => severity !== "info");
    if (Object.keys(events).length > 0 || isWrong) parts.push(partOf(file, { groups, events }));
  };
  for (const { path, value, from = "", optional } of places) {
    if (path === undefined) {
      add(from, readShape(value));
      continue;
    }
    files.add(path);
    if (optional && !statSync(path, { throwIfNoEntry: false })) continue;
    const real = realPath(path) ?? path;
    if (seen.has(real)) continue;
    seen.add(real);
    const text = readText(path);
    if (typeof text === "string") add(path, readHookFile(text), (way) => placeInJson(text, [...way]));
    else {
      problems.push(text);
      parts.push(partOf(path, { groups: [], events: {} }));
    }
  }
  return { parts, problems, files: [...files] };
}

function partOf(file: string, data: HookData): Part {
  return { kind: "hook", name: basename(file).replace(/\.json$/, ""), file, data };
}
