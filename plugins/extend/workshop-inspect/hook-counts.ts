import { realpathSync } from "node:fs";
import type { Package, PartPlace } from "../../../schemas/parts.js";
import { readHookFile, readHooks, type HooksRead } from "../hook-file.js";
import { readText } from "../read-text.js";

/** How many handlers are declared for each event, those that cannot run included. */
export interface HookCounts {
  readonly events: Readonly<Record<string, number>>;
  readonly total: number;
  /** Events that nobody knows. */
  readonly unknownEvents?: readonly string[];
}

/** Counts the hooks of a package, each file once. */
export function hookCounts({ places, usable }: Package): HookCounts {
  const counts = new Map<string, number>();
  const unknown = new Set<string>();
  const add = (event: string, count: number): void => void counts.set(event, (counts.get(event) ?? 0) + count);
  const seen = new Set<string>();
  for (const place of usable ? (places["hook"] ?? []) : []) {
    const read = readPlace(place, seen);
    for (const [event, groups] of Object.entries(read?.hooks ?? {})) {
      for (const { hooks } of groups) add(event, hooks.length);
    }
    for (const [event, count] of Object.entries(read?.unknownEvents ?? {})) {
      add(event, count);
      unknown.add(event);
    }
  }
  const sorted = [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const total = sorted.reduce((sum, [, count]) => sum + count, 0);
  return {
    events: Object.fromEntries(sorted),
    total,
    ...(unknown.size > 0 && { unknownEvents: [...unknown].toSorted() }),
  };
}

function readPlace({ path, value }: PartPlace, seen: Set<string>): HooksRead | undefined {
  if (path === undefined) return readHooks(value);
  const text = readText(path);
  if (typeof text !== "string") return undefined;
  const real = realpathSync.native(path);
  if (seen.has(real)) return undefined;
  seen.add(real);
  return readHookFile(text);
}
