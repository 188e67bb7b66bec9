import { isObject, type JsonObject } from "../../../../schemas/json.js";
import type { PluginSource } from "../source/source.js";
import { readJson } from "./read-json.js";

/** What was approved of one plugin. */
export interface Locked {
  readonly version: string;
  /** Bound to exactly what came: a commit, an integrity, a sum. */
  readonly source: PluginSource;
  /** Over paths, kinds and bytes of all its files. */
  readonly hash: string;
  /** What it can do. */
  readonly capabilities: readonly string[];
  /** The entry of a marketplace, where there is one: it can be part of the manifest. */
  readonly entry?: JsonObject;
  /** Ids of the plugins it needs, with the versions it takes. */
  readonly dependencies?: Readonly<Record<string, string>>;
  /** When, as ISO 8601. */
  readonly approved: string;
}

export type Lock = Readonly<Record<string, Locked>>;

export function readLock(file: string): Lock {
  return lockIn(readJson(file));
}

/** Changes a lock file under its lock; plugins stand in the order of their ids, so that differences stay small. */
export async function changeLock(file: string, mode: number, change: (now: Lock) => Lock): Promise<void> {
  const { changeJson } = await import("./json-file.js");
  await changeJson(file, mode, (now) => {
    const plugins = Object.entries(change(lockIn(now))).toSorted(([a], [b]) => (a < b ? -1 : 1));
    return { lockfileVersion: 1, plugins: Object.fromEntries(plugins) };
  });
}

function lockIn(value: JsonObject | undefined): Lock {
  const plugins = isObject(value?.["plugins"]) ? value["plugins"] : {};
  return Object.fromEntries(Object.entries(plugins).filter(([, one]) => isLocked(one))) as Record<string, Locked>;
}

function isLocked(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { hash, version, source, capabilities } = value;
  return typeof hash === "string" && typeof version === "string" && isObject(source) && Array.isArray(capabilities);
}
