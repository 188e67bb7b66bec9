import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { EXIT, UserError } from "../../../../schemas/errors.js";
import { isObject, type JsonObject } from "../../../../schemas/json.js";
import type { Inventory, PackageContext } from "../../../../schemas/parts.js";
import { readText } from "../../read-text.js";
import { withoutUnseen } from "../../unseen.js";
import { fetchPlugin, type Fetched } from "../fetch/fetch-plugin.js";
import type { Job } from "../job.js";
import { isName } from "../names.js";
import { MARKET_FILE } from "../source/marketplace-file.js";
import type { PluginSource } from "../source/source.js";
import type { Target } from "../source/target.js";
import { contentHash, listFolder } from "../trust/file-list.js";
import { capabilitiesOf } from "./capabilities.js";
import { dependenciesIn, type Dependency } from "./dependency.js";
import { checkNeeds, needsOf } from "./needs.js";

/** A plugin that was fetched, read and hashed, and is not installed yet. */
export interface Staged {
  readonly name: string;
  readonly market: string;
  readonly id: string;
  readonly version: string;
  /** Where it lies for now. */
  readonly dir: string;
  readonly pinned: PluginSource;
  readonly hash: string;
  readonly capabilities: readonly string[];
  /** Number of parts by kind. */
  readonly parts: Readonly<Record<string, number>>;
  readonly dependencies: readonly Dependency[];
  readonly needs?: string;
  readonly inventory: Inventory;
  readonly entry?: { readonly value: JsonObject; readonly file: string; readonly root?: string };
  readonly off: boolean;
  readonly notes: readonly string[];
}

/** Fetches a plugin into `scratch` and reads what it is; nothing of it is run. Throws a UserError. */
export async function stage(job: Job, target: Target, scratch: string): Promise<Staged> {
  const dir = join(scratch, "tree");
  const { kernel, userHome, progress } = job;
  const context = { env: kernel.env, userHome, scratch: join(scratch, "work"), progress };
  const fetched = await fetchPlugin(target.source, dir, context);
  progress.clear();
  return examine(job, target, { dir, ...fetched });
}

interface Brought extends Fetched {
  readonly dir: string;
}

async function examine(job: Job, target: Target, { dir, version, notes, ...rest }: Brought): Promise<Staged> {
  const { market, fallbackName } = target;
  const pinned = target.pinnedAs ? { ...target.pinnedAs, ...(rest.followed && { whole: true as const }) } : rest.pinned;
  const entry = entryOf(target);
  const list = listFolder(dir);
  const inventory = await inspect(job, dir, {
    fallbackName,
    ...(entry && { entry: { ...entry, root: entry.root ?? dir } }),
  });
  const { package: found, parts } = inventory;
  const name = target.name ?? found.name;
  if (!isName(name))
    throw new UserError(
      `The plugin calls itself ${JSON.stringify(name)}, which is no name that can be used.`,
      EXIT.plugin,
    );
  if (!found.usable) throw new UserError(`"${name}" cannot be used: ${firstProblem(inventory)}`, EXIT.plugin);
  const isEmpty = found.state === "none" && parts.length === 0 && inventory.problems.length === 0;
  if (isEmpty && !entry) throw nothingIn(name, dir);
  const needs = needsOf(found.fields);
  await checkNeeds(name, needs, job.kernel.version);
  const said = [target.version, found.fields["version"], found.manifest.version, entry?.value["version"]];
  const counts: Record<string, number> = {};
  for (const { kind } of parts) counts[kind] = (counts[kind] ?? 0) + 1;
  const ownVersion = pinned.kind === "git" && pinned.sha !== undefined ? pinned.sha.slice(0, 12) : version;
  return {
    name,
    market,
    id: `${name}@${market}`,
    version: said.find((one): one is string => typeof one === "string" && one !== "") ?? ownVersion,
    dir,
    pinned,
    hash: contentHash(list),
    capabilities: capabilitiesOf(inventory, list),
    parts: counts,
    dependencies: dependenciesIn([found.fields["dependencies"], entry?.value["dependencies"]], market),
    ...(needs !== undefined && { needs }),
    inventory,
    ...(entry && { entry }),
    off: (entry?.value["defaultEnabled"] ?? found.fields["defaultEnabled"] ?? found.manifest.defaultEnabled) === false,
    notes: [
      ...notes,
      ...unseenIn(inventory),
      ...inventory.problems.map((one) => problemText(one).replaceAll(`${dir}/`, "")),
    ],
  };
}

/** The entry as the formats want it; its root is the plugin's own folder where the source is the marketplace itself. */
function entryOf({ entry, catalogue, source }: Target): Staged["entry"] {
  if (!entry || !catalogue) return undefined;
  const { file, root } = catalogue.market;
  const isRoot = (source.kind === "folder" && source.path === root) || /^\.\/*$/.test(String(entry.value["source"]));
  return { value: entry.value, file, ...(!isRoot && { root }) };
}

async function inspect(job: Job, dir: string, context: Partial<PackageContext>): Promise<Inventory> {
  const catalogue = await job.kernel.service("catalogue");
  if (catalogue) return catalogue.inspect(dir, context);
  throw new UserError("The plugin that reads plugin folders is not there; switch plugin-folders on.", EXIT.plugin);
}

/** Texts for the model with something in them that nobody would see. It is left out when they are read. */
function unseenIn({ parts, package: { dir } }: Inventory): readonly string[] {
  return [...new Set(parts.map(({ file }) => file))].flatMap((file) => {
    const text = /\.(md|toml)$/i.test(file) ? readText(file) : undefined;
    const removed = typeof text === "string" ? withoutUnseen(text).removed : 0;
    if (removed === 0) return [];
    return [`warning: ${relative(dir, file)} holds ${removed} invisible characters; the model does not see them`];
  });
}

function nothingIn(name: string, dir: string): UserError {
  const isMarket = existsSync(join(dir, MARKET_FILE));
  const hint = isMarket ? "; it is a marketplace: nacre plugin marketplace add SOURCE" : "";
  return new UserError(`"${name}" holds no plugin${hint}.`, EXIT.plugin);
}

function firstProblem({ package: { dir, problems }, problems: others }: Inventory): string {
  const first = [...problems, ...others].find(({ severity }) => severity === "error");
  // The folder it was fetched into means nothing to anybody, and is gone by then.
  return first?.message.replaceAll(`${dir}/`, "") ?? "nothing in it can be read.";
}

function problemText({ message, line, severity }: Inventory["problems"][number]): string {
  return `${severity}: ${message}${line === undefined ? "" : ` (line ${line})`}`;
}

/** The manifest's own table for people's answers. */
export function userConfigIn({ package: { fields } }: Inventory, entry: Staged["entry"]): JsonObject {
  const own = fields["userConfig"] ?? entry?.value["userConfig"];
  return isObject(own) ? own : {};
}
