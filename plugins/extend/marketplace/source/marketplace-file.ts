import { UserError } from "../../../../schemas/errors.js";
import { isObject, type JsonObject } from "../../../../schemas/json.js";
import { parseJson } from "../../diagnostic.js";
import { readText } from "../../read-text.js";
import { isName } from "../names.js";

/** A marketplace.json as far as it can be used. */
export interface Marketplace {
  readonly name: string;
  readonly description?: string;
  /** The file it was read from. */
  readonly file: string;
  /** The folder that relative sources start from. */
  readonly root: string;
  readonly entries: readonly MarketEntry[];
  /** Below the root: where sources that are bare names stand. */
  readonly pluginRoot?: string;
  /** Old names of plugins; null for those that are gone. */
  readonly renames: Readonly<Record<string, string | null>>;
  /** Other marketplaces that dependencies may come from. */
  readonly allowsDependenciesOn: readonly string[];
  /** One sentence for each entry that cannot be used. */
  readonly problems: readonly string[];
}

export interface MarketEntry {
  readonly name: string;
  readonly value: JsonObject;
}

export const MARKET_FILE = ".claude-plugin/marketplace.json";

const FILE_LIMIT = 16 * 1024 * 1024;
const MOST_ENTRIES = 50_000;
const MOST_PROBLEMS = 50;

/** Reads a marketplace.json. A faulty entry costs that entry. Throws a UserError for a file that is none at all. */
export function readMarketplace(file: string, root: string): Marketplace {
  const text = readText(file, FILE_LIMIT);
  if (typeof text !== "string") throw new UserError(text.message);
  const { value, fault } = parseJson(text);
  if (fault)
    throw new UserError(`${file}${fault.line === undefined ? "" : `:${fault.line}:${fault.column}`}: ${fault.message}`);
  return marketplaceOf(value, file, root);
}

/** The same for a value that was read already. */
export function marketplaceOf(value: unknown, file: string, root: string): Marketplace {
  if (!isObject(value)) throw new UserError(`${file} holds no marketplace: an object is expected.`);
  const { name, plugins, metadata, description, renames, allowCrossMarketplaceDependenciesOn } = value;
  if (!isName(name))
    throw new UserError(
      `${file}: the marketplace's "name" is ${JSON.stringify(name)}; give it one of letters, digits, dots and dashes.`,
    );
  if (!Array.isArray(plugins)) throw new UserError(`${file}: "plugins" must be a list.`);
  const problems: string[] = [];
  const pluginRoot = isObject(metadata) ? metadata["pluginRoot"] : undefined;
  return {
    name,
    file,
    root,
    ...(typeof description === "string" && { description }),
    ...(isObject(metadata) && typeof metadata["description"] === "string" && { description: metadata["description"] }),
    ...(typeof pluginRoot === "string" && { pluginRoot }),
    entries: entriesOf(plugins, (at, why) => {
      if (problems.length < MOST_PROBLEMS) problems.push(`${file}: plugins[${at}] is not used: ${why}.`);
    }),
    renames: renamesOf(renames),
    allowsDependenciesOn: Array.isArray(allowCrossMarketplaceDependenciesOn)
      ? allowCrossMarketplaceDependenciesOn.filter(isName)
      : [],
    problems,
  };
}

/** An entry by its name of today, or by one it had before. Throws a UserError that says what became of it. */
export function findEntry(market: Marketplace, name: string): MarketEntry | undefined {
  let wanted: string | null | undefined = name;
  for (let hops = 0; hops < 10; hops++) {
    const entry = market.entries.find((one) => one.name === wanted);
    if (entry) return entry;
    wanted = Object.hasOwn(market.renames, wanted) ? market.renames[wanted] : undefined;
    if (wanted === undefined) return undefined;
    if (wanted === null) throw new UserError(`The marketplace "${market.name}" has withdrawn "${name}".`);
  }
  return undefined;
}

function entriesOf(plugins: readonly unknown[], refuse: (at: number, why: string) => void): readonly MarketEntry[] {
  const entries = new Map<string, MarketEntry>();
  for (const [at, value] of plugins.slice(0, MOST_ENTRIES).entries()) {
    if (!isObject(value)) refuse(at, "it is no object");
    else if (!isName(value["name"])) refuse(at, `its name is ${JSON.stringify(value["name"])}`);
    else if (typeof value["source"] !== "string" && !isObject(value["source"]))
      refuse(at, `"${value["name"]}" has no source`);
    else if (entries.has(value["name"].toLowerCase())) refuse(at, `there is a plugin "${value["name"]}" before it`);
    else entries.set(value["name"].toLowerCase(), { name: value["name"], value });
  }
  if (plugins.length > MOST_ENTRIES)
    refuse(MOST_ENTRIES, `nor is what follows, since ${MOST_ENTRIES} plugins are the most`);
  return [...entries.values()];
}

function renamesOf(value: unknown): Readonly<Record<string, string | null>> {
  if (!isObject(value)) return {};
  const fine = Object.entries(value).filter(([, to]) => to === null || isName(to));
  return Object.fromEntries(fine) as Record<string, string | null>;
}
