import { isObject, type JsonObject } from "../../../../schemas/json.js";
import { isName } from "../names.js";
import { marketSourceOf } from "../source/market-source.js";
import type { MarketSource } from "../source/source.js";
import { readJson } from "./read-json.js";

/** A marketplace that was added. */
export interface KnownMarket {
  readonly source: MarketSource;
  /** When it was last fetched, in milliseconds since 1970. */
  readonly updated: number;
  /** The commit it is at, for repositories. */
  readonly sha?: string;
}

type Known = Readonly<Record<string, KnownMarket>>;

export function readKnown(file: string): Known {
  return knownIn(readJson(file));
}

export async function changeKnown(file: string, change: (now: Known) => Known): Promise<void> {
  const { changeJson } = await import("./json-file.js");
  await changeJson(file, 0o600, (now) => ({ version: 1, marketplaces: change(knownIn(now)) }));
}

function knownIn(value: JsonObject | undefined): Known {
  const all = isObject(value?.["marketplaces"]) ? value["marketplaces"] : {};
  const known: Record<string, KnownMarket> = {};
  for (const [name, one] of Object.entries(all)) {
    if (!isName(name) || !isObject(one)) continue;
    const { updated, sha } = one;
    known[name] = {
      source: marketSourceOf(one["source"], name),
      updated: typeof updated === "number" ? updated : 0,
      ...(typeof sha === "string" && { sha }),
    };
  }
  return known;
}
