import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { EXIT, UserError } from "../../../../schemas/errors.js";
import type { Progress } from "../progress.js";
import { sourceText, type PluginSource } from "../source/source.js";
import { copyFolder } from "./copy-folder.js";
import { download } from "./download.js";
import { fetchCommit } from "./git.js";
import { DOWNLOAD_LIMIT, PLUGIN_LIMITS, bytesText } from "./limits.js";
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
  readonly notes: readonly string[];
}

/** Fetches a plugin's files into an empty folder; runs nothing of them. Throws a UserError. */
export async function fetchPlugin(source: PluginSource, dir: string, context: FetchContext): Promise<Fetched> {
  const into = new TreeWriter(dir, `The plugin from ${sourceText(source)}`, PLUGIN_LIMITS);
  const { pinned, version } = await bring(source, into, context);
  return { pinned, version, notes: into.notes };
}

type Pinned = Pick<Fetched, "pinned" | "version">;

async function bring(source: PluginSource, into: TreeWriter, context: FetchContext): Promise<Pinned> {
  const { scratch, progress, env, userHome } = context;
  switch (source.kind) {
    case "git": {
      const sha = await fetchCommit(findGit(env, progress), source, join(scratch, "repository"), into);
      const { kind, url, path } = source;
      return { pinned: { kind, url, sha, ...(path !== undefined && { path }) }, version: sha.slice(0, 12) };
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
      if (!statSync(source.path, { throwIfNoEntry: false })?.isDirectory()) {
        throw new UserError(`There is no folder ${source.path}.`);
      }
      copyFolder(source.path, into);
      into.finish();
      return { pinned: source, version: "unknown" };
  }
}

async function fetchPackage(
  source: Extract<PluginSource, { readonly kind: "package" }>,
  into: TreeWriter,
  { scratch }: FetchContext,
): Promise<Pinned> {
  const stats = statSync(source.path, { throwIfNoEntry: false });
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
