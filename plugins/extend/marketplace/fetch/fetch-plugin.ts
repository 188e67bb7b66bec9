import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { EXIT, UserError } from "../../../../schemas/errors.js";
import { statOf } from "../../../../schemas/stat-of.js";
import type { Progress } from "../progress.js";
import { sourceText, type PluginSource } from "../source/source.js";
import { copyFolder } from "./copy-folder.js";
import { download } from "./download.js";
import { fetchCommit } from "./git.js";
import { DOWNLOAD_LIMIT, MARKET_LIMITS, PLUGIN_LIMITS, bytesText } from "./limits.js";
import { fetchNpm, fetchTarball } from "./npm.js";
import { npmConfig } from "./npm-config.js";
import { findGit } from "./run-git.js";
import { TreeWriter } from "./tree-writer.js";
import { writeZip } from "./zip.js";

/** What a fetch may use. */
export interface FetchContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly userHome: string;
  /** A folder for this fetch alone, which the caller removes. */
  readonly scratch: string;
  readonly progress?: Progress;
}

/** What came of a fetch. */
export interface Fetched {
  /** The same source, bound to exactly what came. */
  readonly pinned: PluginSource;
  /** What stands in for a version where nobody wrote one. */
  readonly version: string;
  /** Links led to other folders of where it lies. */
  readonly followed?: boolean;
  readonly notes: readonly string[];
}

/** Fetches a plugin's files into an empty folder; runs nothing of them. Throws a UserError. */
export async function fetchPlugin(source: PluginSource, dir: string, context: FetchContext): Promise<Fetched> {
  const into = new TreeWriter(dir, `The plugin from ${sourceText(source)}`, PLUGIN_LIMITS);
  return { ...(await bring(source, into, context)), notes: into.notes };
}

type Pinned = Omit<Fetched, "notes">;

async function bring(source: PluginSource, into: TreeWriter, context: FetchContext): Promise<Pinned> {
  const { scratch, progress, env, userHome } = context;
  switch (source.kind) {
    case "git": {
      const { kind, url, path, whole } = source;
      const sha = await (whole ? fetchWhole : fetchFolder)(source, into, context);
      const pinned = { kind, url, sha, ...(path !== undefined && { path }), ...(whole && { whole }) };
      return { pinned, version: sha.slice(0, 12) };
    }
    case "npm": {
      const npm = { config: npmConfig(env, userHome), scratch, ...(progress && { progress }) };
      const answer = await fetchNpm(source, npm, into);
      return { pinned: { ...source, ...answer }, version: answer.version };
    }
    case "archive": {
      const bytes = await download(source.url, { limit: DOWNLOAD_LIMIT, ...(progress && { progress }) });
      const sha256 = checkSum(bytes, source);
      await writeZip(bytes, `The archive ${source.url}`, into);
      return { pinned: { ...source, sha256 }, version: sha256.slice(0, 12) };
    }
    case "package":
      return fetchPackage(source, into, context);
    case "folder":
      if (!statOf(source.path)?.isDirectory()) {
        throw new UserError(`There is no folder ${source.path}.`);
      }
      return copied(source, into);
  }
}

function copied(source: Extract<PluginSource, { readonly kind: "folder" }>, into: TreeWriter): Pinned {
  const { kind, path, within } = source;
  const followed = copyFolder(path, into, within);
  into.finish();
  return { pinned: followed ? source : { kind, path }, version: "unknown", followed };
}

type GitSource = Extract<PluginSource, { readonly kind: "git" }>;

function fetchFolder(source: GitSource, into: TreeWriter, { env, progress, scratch }: FetchContext): Promise<string> {
  return fetchCommit(findGit(env, progress), source, join(scratch, "repository"), into);
}

/** All of a repository, of which one folder is taken with what its links lead to. */
async function fetchWhole(source: GitSource, into: TreeWriter, context: FetchContext): Promise<string> {
  const { path = ".", ...all } = source;
  const dir = join(context.scratch, "all");
  const sha = await fetchFolder(all, new TreeWriter(dir, `The repository ${source.url}`, MARKET_LIMITS), context);
  copyFolder(join(dir, path), into, dir);
  into.finish();
  return sha;
}

async function fetchPackage(
  source: Extract<PluginSource, { readonly kind: "package" }>,
  into: TreeWriter,
  { scratch }: FetchContext,
): Promise<Pinned> {
  const stats = statOf(source.path);
  if (!stats?.isFile()) throw new UserError(`There is no file ${source.path}.`);
  if (stats.size > DOWNLOAD_LIMIT) throw new UserError(`${source.path} is larger than ${bytesText(DOWNLOAD_LIMIT)}.`);
  const bytes = readFileSync(source.path);
  const sha256 = checkSum(bytes, { url: source.path, ...(source.sha256 !== undefined && { sha256: source.sha256 }) });
  if (source.path.endsWith(".zip")) await writeZip(bytes, source.path, into);
  else await fetchTarball(source.path, undefined, { config: {}, scratch }, into);
  return { pinned: { ...source, sha256 }, version: sha256.slice(0, 12) };
}

/** The sum of what came. Throws when it is not the one that was promised. */
function checkSum(bytes: Uint8Array, { url, sha256 }: { readonly url: string; readonly sha256?: string }): string {
  const sum = createHash("sha256").update(bytes).digest("hex");
  if (sha256 === undefined || sha256.toLowerCase() === sum) return sum;
  throw new UserError(
    `${url} is not what was promised: its sha256 is ${sum}, not ${sha256}. Nothing was installed.`,
    EXIT.plugin,
  );
}
