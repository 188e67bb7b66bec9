import { existsSync } from "node:fs";
import { basename, isAbsolute, join, resolve } from "node:path";
import { UserError } from "../../../../schemas/errors.js";
import { statOf } from "../../../../schemas/stat-of.js";
import { allMarkets, openMarket } from "../markets.js";
import { parseId } from "../names.js";
import type { Job } from "../job.js";
import { entrySource, type Catalogue, type EntrySource } from "./entry-source.js";
import { gitRef, gitUrl, githubUrl } from "./git-url.js";
import { findEntry, type MarketEntry } from "./marketplace-file.js";
import type { PluginSource } from "./source.js";

/** A plugin that somebody asked for, and where it is. */
export interface Target extends EntrySource {
  /** Its name; undefined until its files say it. */
  readonly name?: string;
  /** The marketplace, or the word for sources without one. */
  readonly market: string;
  readonly catalogue?: Catalogue;
  readonly entry?: MarketEntry;
  /** What to call it where nothing in it does. */
  readonly fallbackName: string;
  /** The version its tag says. */
  readonly version?: string;
}

/** What `plugin install` was given. Throws a UserError for what is nowhere. */
export async function findTarget(job: Job, text: string): Promise<Target> {
  const direct = directSource(job, text);
  if (direct) return direct;
  const { name, market } = parseId(text);
  if (market !== undefined) return targetIn(await openMarket(job, market), name);
  const found: Target[] = [];
  const unread: string[] = [];
  const broken: UserError[] = [];
  for (const one of Object.keys(allMarkets(job))) {
    const catalogue = await openMarket(job, one).catch((error: unknown) => noted(error, unread));
    if (!catalogue) continue;
    try {
      if (findEntry(catalogue.market, name)) found.push(targetIn(catalogue, name));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      broken.push(error);
    }
  }
  const [only, ...others] = found;
  if (only && others.length === 0) return only;
  if (only) {
    const names = found.map((target) => `${name}@${target.market}`).join(", ");
    throw new UserError(`"${name}" is in several marketplaces; say which: ${names}.`);
  }
  if (broken[0]) throw broken[0];
  const why = unread.length > 0 ? ` ${unread.join(" ")}` : "";
  throw new UserError(`No marketplace that was added lists a plugin "${name}"; try nacre plugin search.${why}`);
}

/** Keeps the sentence of a marketplace that cannot be read: others may list the plugin. */
function noted(error: unknown, unread: string[]): undefined {
  if (!(error instanceof UserError)) throw error;
  unread.push(error.message);
}

/** A plugin of a marketplace. Throws a UserError when it is not listed. */
export function targetIn(catalogue: Catalogue, name: string): Target {
  const { market } = catalogue;
  const entry = findEntry(market, name);
  if (!entry) throw new UserError(`The marketplace "${market.name}" lists no plugin "${name}".`);
  const source = entrySource(entry, catalogue);
  return { ...source, name: entry.name, market: market.name, catalogue, entry, fallbackName: entry.name };
}

/** Sources that need no marketplace: folders, packages, repositories, npm. */
function directSource(job: Job, text: string): Target | undefined {
  const path = text.startsWith("~/") ? join(job.userHome, text.slice(2)) : resolve(job.kernel.cwd, text);
  const looksLocal = isAbsolute(text) || /^(\.{1,2}|~)([\\/]|$)/.test(text);
  if (looksLocal || (/\.(tgz|tar\.gz|zip)$/.test(text) && existsSync(path))) return localTarget(path);
  if (text.startsWith("npm:")) return npmTarget(text.slice(4));
  if (/^https?:\/\/.+\.zip$/.test(text)) {
    return { source: { kind: "archive", url: text }, market: "archive", fallbackName: nameIn(text) };
  }
  const [address = "", ref] = text.includes("#") ? text.split("#", 2) : [text];
  const at = ref === undefined ? {} : { ref: gitRef(ref) };
  const isShort = /^(github:)?[\w-]+\/[\w.-]+$/.test(address);
  if (!isShort && !/:\/\/|^[^@\s]+@[^@:\s]+:/.test(address)) return undefined;
  const url = isShort ? githubUrl(address.replace(/^github:/, "")) : gitUrl(address, true);
  return { source: { kind: "git", url, ...at }, market: "git", fallbackName: nameIn(url) };
}

function localTarget(path: string): Target {
  const stats = statOf(path);
  if (!stats) throw new UserError(`There is nothing at ${path}.`);
  const source: PluginSource = stats.isDirectory() ? { kind: "folder", path } : { kind: "package", path };
  if (!stats.isDirectory() && !/\.(tgz|tar\.gz|zip)$/.test(path)) {
    throw new UserError(`${path} is neither a folder nor a .tgz or .zip file.`);
  }
  return { source, market: "local", fallbackName: nameIn(path) };
}

function npmTarget(text: string): Target {
  const at = text.lastIndexOf("@");
  const [name, version] = at > 0 ? [text.slice(0, at), text.slice(at + 1)] : [text, undefined];
  const source: PluginSource = { kind: "npm", name, ...(version !== undefined && { version }) };
  return { source, market: "npm", fallbackName: nameIn(name) };
}

/** A name made of the last part of an address. */
function nameIn(address: string): string {
  const last = basename(address.replace(/[?#].*$/, "").replace(/\/+$/, ""));
  const name = last.replace(/\.(git|tgz|tar\.gz|zip|json)$/, "").replace(/[^A-Za-z0-9._-]/g, "-");
  return name.replace(/^[^A-Za-z0-9]+/, "") || "plugin";
}
