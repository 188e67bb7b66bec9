import { existsSync } from "node:fs";
import { isAbsolute, resolve } from "node:path";
import { UserError } from "../../../../schemas/errors.js";
import { isObject, type JsonObject } from "../../../../schemas/json.js";
import { statOf } from "../../../../schemas/stat-of.js";
import { gitRef, gitUrl, githubUrl, isLoopback } from "./git-url.js";
import type { MarketSource } from "./source.js";

/** What `marketplace add` was given. Throws a UserError for what is no source. */
export function parseMarketSource(text: string, cwd: string, userHome: string): MarketSource {
  const path = text.startsWith("~/") ? userHome + text.slice(1) : resolve(cwd, text);
  const isPath = isAbsolute(text) || /^(\.{1,2}|~)([\\/]|$)/.test(text);
  if (isPath || (existsSync(path) && !/^[\w.-]+\/[\w.-]+$/.test(text))) return localSource(path);
  const [address = "", ref] = split(text);
  const at = ref === undefined ? {} : { ref: gitRef(ref) };
  if (/^[\w-]+\/[\w.-]+$/.test(address)) {
    githubUrl(address);
    return { source: "github", repo: address, ...at };
  }
  if (/^https?:\/\//.test(address)) {
    const { pathname, hostname } = new URL(address);
    const isGit = pathname.endsWith(".git") || pathname.includes("/_git/") || /^(github|gitlab)\.com$/.test(hostname);
    return isGit ? { source: "git", url: gitUrl(address, true), ...at } : { source: "url", url: address };
  }
  return { source: "git", url: gitUrl(address, true), ...at };
}

function localSource(path: string): MarketSource {
  const stats = statOf(path);
  if (!stats) throw new UserError(`There is nothing at ${path}.`);
  if (stats.isDirectory()) return { source: "directory", path };
  if (path.endsWith(".json")) return { source: "file", path };
  throw new UserError(`${path} is neither a folder nor a .json file.`);
}

/** `x#ref` and `owner/repo@ref`. */
function split(text: string): readonly [string, string?] {
  const hash = text.lastIndexOf("#");
  if (hash > 0) return [text.slice(0, hash), text.slice(hash + 1)];
  const at = /^([\w-]+\/[\w.-]+)@(.+)$/.exec(text);
  return at ? [at[1] ?? "", at[2] ?? ""] : [text];
}

/** A source as settings write it. `local`: the user's own settings, which may name paths. Throws a UserError. */
export function marketSourceOf(value: unknown, name: string): MarketSource {
  if (!isObject(value)) throw new UserError(`The source of the marketplace "${name}" must be a table.`);
  const { source, repo, url, path, plugins, owner } = value;
  switch (source) {
    case "github":
      githubUrl(repo);
      return { source, repo: String(repo), ...gitFields(value) };
    case "git":
      return { source, url: gitUrl(url, true), ...gitFields(value) };
    case "url":
      if (typeof url !== "string") break;
      return { source, url, ...(isObject(value["headers"]) && { headers: texts(value["headers"]) }) };
    case "file":
    case "directory":
      if (typeof path !== "string" || !isAbsolute(path)) {
        throw new UserError(`The source of the marketplace "${name}" must have an absolute "path".`);
      }
      return { source, path };
    case "settings":
      if (!Array.isArray(plugins)) break;
      return { source, name, plugins: plugins.filter(isObject), ...(isObject(owner) && { owner }) };
  }
  throw new UserError(`The source of the marketplace "${name}" is not one that can be used: ${JSON.stringify(value)}.`);
}

function gitFields(value: JsonObject): {
  readonly ref?: string;
  readonly path?: string;
  readonly sparsePaths?: readonly string[];
} {
  const { ref, path, sparsePaths } = value;
  return {
    ...(ref !== undefined && { ref: gitRef(ref) }),
    ...(typeof path === "string" && { path }),
    ...(Array.isArray(sparsePaths) && { sparsePaths: sparsePaths.filter((one) => typeof one === "string") }),
  };
}

function texts(value: JsonObject): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

/** The repository of a source, if it is one. */
export function repositoryOf(source: MarketSource): string | undefined {
  if (source.source === "github") return githubUrl(source.repo);
  return source.source === "git" ? source.url : undefined;
}

/** Whether what it lists may name paths and ports of this machine. */
export function isLocal(source: MarketSource): boolean {
  if (source.source === "file" || source.source === "directory" || source.source === "settings") return true;
  const address = source.source === "url" ? source.url : (repositoryOf(source) ?? "");
  if (isAbsolute(address) || address.startsWith("file:")) return true;
  return URL.canParse(address) && isLoopback(new URL(address).hostname);
}

/** The one-line form of a source, for people. */
export function marketText(source: MarketSource): string {
  const at = "ref" in source && source.ref !== undefined ? `#${source.ref}` : "";
  switch (source.source) {
    case "github":
      return `github ${source.repo}${at}`;
    case "git":
      return `git ${source.url}${at}`;
    case "url":
      return `list ${source.url}`;
    case "settings":
      return "settings";
    default:
      return `${source.source} ${source.path}`;
  }
}
