import { join, posix } from "node:path";
import { UserError } from "../../../schemas/errors.js";
import { isObject, type JsonObject } from "../../../schemas/json.js";
import { statOf } from "../../../schemas/stat-of.js";
import { leaves } from "../inside.js";
import { sha8 } from "./sha8.js";
import { readMarket } from "./market-file.js";

/** What a marketplace offers. */
export interface MarketReport {
  readonly name: string;
  readonly entries: number;
  /** How many entries have a source of each kind. */
  readonly sourceKinds: Readonly<Record<string, number>>;
  readonly strictFalse: number;
  /** Beginning of the SHA-256 of all names in their order, one on each line. */
  readonly entryNamesSha256_8: string;
  /** Entries whose folder is here. */
  readonly pluginsPresentHere: readonly { readonly name: string; readonly path: string }[];
}

/** Reads a marketplace's file. Throws a UserError when there is none. */
export function marketReport(path: string, cwd: string): MarketReport {
  const market = readMarket(path, cwd);
  if (!market) throw new UserError(`The marketplace file ${path} does not exist.`);
  const { value, entries, root } = market;
  const kinds = new Map<string, number>();
  const present: { name: string; path: string }[] = [];
  for (const entry of entries) {
    const kind = sourceKind(entry);
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    const folder = localPath(entry, value);
    if (folder !== undefined && statOf(join(root, folder))?.isDirectory())
      present.push({ name: String(entry["name"]), path: folder });
  }
  const names = entries.map((entry) => String(entry["name"]));
  return {
    name: String(value["name"] ?? ""),
    entries: entries.length,
    sourceKinds: Object.fromEntries([...kinds].toSorted(([a], [b]) => (a < b ? -1 : 1))),
    strictFalse: entries.filter((entry) => entry["strict"] === false).length,
    entryNamesSha256_8: sha8(names.join("\n")),
    pluginsPresentHere: present,
  };
}

/** The same for people. */
export function marketText({ name, entries, sourceKinds, pluginsPresentHere }: MarketReport): string {
  const kinds = Object.entries(sourceKinds).map(([kind, count]) => `${count} ${kind}`);
  const present = pluginsPresentHere.map((one) => `  ${one.name}  ${one.path}\n`);
  return `Marketplace ${name}: ${entries} plugins (${kinds.join(", ")}), ${present.length} of them here\n${present.join("")}`;
}

function sourceKind({ source }: JsonObject): string {
  if (typeof source === "string") return "path";
  return isObject(source) && typeof source["source"] === "string" ? source["source"] : "none";
}

/** The folder of an entry inside of the marketplace; undefined where it is elsewhere, or leads out. */
function localPath({ source }: JsonObject, { metadata }: JsonObject): string | undefined {
  if (typeof source !== "string") return undefined;
  const base = isObject(metadata) && typeof metadata["pluginRoot"] === "string" ? metadata["pluginRoot"] : ".";
  const path = posix.normalize(/^\.\.?(?:\/|$)/.test(source) ? source : posix.join(base, source));
  return leaves(path) ? undefined : path === "./" ? "." : path.replace(/\/$/, "");
}
