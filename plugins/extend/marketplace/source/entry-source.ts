import { join, posix } from "node:path";
import { UserError } from "../../../../schemas/errors.js";
import type { JsonObject } from "../../../../schemas/json.js";
import { inside } from "../../inside.js";
import { gitRef, gitSha, gitUrl, githubUrl, isLoopback } from "./git-url.js";
import type { MarketEntry, Marketplace } from "./marketplace-file.js";
import type { PluginSource } from "./source.js";

/** A marketplace as it stands on this machine. */
export interface Catalogue {
  readonly market: Marketplace;
  /** The commit it was fetched at. */
  readonly git?: { readonly url: string; readonly sha: string; readonly path?: string };
  /** It stands on this machine and may name what else stands there. */
  readonly local: boolean;
  /** Only the list was fetched, so there is nothing that relative sources could mean. */
  readonly listOnly: boolean;
}

/** Where an entry's plugin is. */
export interface EntrySource {
  /** What to fetch. */
  readonly source: PluginSource;
  /** What that is to others than this machine, where it is a folder of a fetched marketplace. */
  readonly pinnedAs?: Extract<PluginSource, { readonly kind: "git" }>;
}

/** Reads an entry's `source`. Throws a UserError that names the entry. */
export function entrySource(entry: MarketEntry, catalogue: Catalogue): EntrySource {
  const { source } = entry.value;
  try {
    return typeof source === "string"
      ? relative(source, catalogue)
      : { source: given(source as JsonObject, catalogue) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(
      `${catalogue.market.file}: "${entry.name}" cannot be installed: ${error.message}`,
      error.exitCode,
    );
  }
}

function relative(text: string, { market, git, listOnly }: Catalogue): EntrySource {
  if (listOnly)
    throw new UserError(
      `its source ${JSON.stringify(text)} is a folder, but only the list of this marketplace was fetched.`,
    );
  const isBare = !text.startsWith("./") && text !== ".";
  if (isBare && market.pluginRoot === undefined) {
    throw new UserError(`its source ${JSON.stringify(text)} must begin with "./".`);
  }
  const way = posix.normalize(posix.join(isBare ? (market.pluginRoot ?? "") : "", text)).replace(/\/+$/, "");
  if (way.startsWith("..") || way.startsWith("/") || way.includes("\\")) {
    throw new UserError(`its source ${JSON.stringify(text)} leaves the marketplace's folder.`);
  }
  const { real, why } = inside(market.root, way);
  if (real === undefined) {
    const says = why === "outside" ? "leads out of the marketplace's folder" : "is not there";
    throw new UserError(`its folder ${join(market.root, way)} ${says}.`);
  }
  const path = posix.normalize(posix.join(git?.path ?? ".", way));
  return {
    source: { kind: "folder", path: real, within: market.root },
    ...(git && { pinnedAs: { kind: "git", url: git.url, sha: git.sha, ...(path !== "." && { path }) } }),
  };
}

function given(source: JsonObject, { local }: Catalogue): PluginSource {
  const { source: kind, repo, url, path, ref, sha, version, registry, sha256 } = source;
  const at = { ...(ref !== undefined && { ref: gitRef(ref) }), ...(sha !== undefined && { sha: gitSha(sha) }) };
  switch (kind) {
    case "github":
      return { kind: "git", url: githubUrl(repo), ...at, ...below(path) };
    case "url":
      return { kind: "git", url: gitUrl(url, local), ...at, ...below(path) };
    case "git-subdir": {
      const isShort = typeof url === "string" && /^[\w.-]+\/[\w.-]+$/.test(url);
      return { kind: "git", url: isShort ? githubUrl(url) : gitUrl(url, local), ...at, ...below(path ?? ".") };
    }
    case "npm":
      return npm(source["package"], version, local ? registry : notHere(registry));
    case "archive":
      return archive(local ? url : notHere(url), sha256);
    case "command":
      throw new UserError(
        "its source is a command, and nacre runs nothing to install a plugin; ask for another kind of source.",
      );
    default:
      throw new UserError(`its source kind ${JSON.stringify(kind)} is not known.`);
  }
}

/** The folder of a repository that a path names. Throws a UserError for a way out of it. */
export function below(path: unknown): { readonly path?: string } {
  if (path === undefined) return {};
  const way = typeof path === "string" ? posix.normalize(path).replace(/\/+$/, "") : "..";
  // oxlint-disable-next-line no-control-regex -- control characters are what is refused
  if (way.startsWith("..") || way.startsWith("/") || way.startsWith("-") || /[\\\u0000-\u001f]/.test(way)) {
    throw new UserError(`its path ${JSON.stringify(path)} is no folder of the repository.`);
  }
  return way === "." ? {} : { path: way };
}

/** An address that a catalogue from elsewhere names: nothing that runs on this machine is asked for its sake. */
function notHere(address: unknown): unknown {
  if (typeof address !== "string" || !URL.canParse(address) || !isLoopback(new URL(address).hostname)) return address;
  throw new UserError(`its address ${JSON.stringify(address)} is one of this machine.`);
}

function npm(name: unknown, version: unknown, registry: unknown): PluginSource {
  if (typeof name !== "string") throw new UserError(`its "package" must be the name of an npm package.`);
  return {
    kind: "npm",
    name,
    ...(typeof version === "string" && { version }),
    ...(typeof registry === "string" && { registry }),
  };
}

function archive(url: unknown, sha256: unknown): PluginSource {
  if (typeof url !== "string") throw new UserError(`its "url" must be the address of a zip file.`);
  const isSum = typeof sha256 === "string" && /^[0-9a-f]{64}$/i.test(sha256);
  if (sha256 !== undefined && !isSum) throw new UserError(`its "sha256" must have 64 hexadecimal digits.`);
  return { kind: "archive", url, ...(isSum && { sha256 }) };
}
