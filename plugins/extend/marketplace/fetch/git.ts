import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../../../schemas/errors.js";
import { DOWNLOAD_LIMIT, bytesText } from "./limits.js";
import { writeCommit } from "./git-tree.js";
import { gitFor, runGit, type Git } from "./run-git.js";
import type { TreeWriter } from "./tree-writer.js";

/** A commit to fetch: `sha` wins over `ref`; neither means what the repository's HEAD says. */
export interface GitRequest {
  readonly url: string;
  readonly ref?: string;
  readonly sha?: string;
  readonly path?: string;
}

/** Fetches one commit into `repository`, a folder for the purpose, and writes its files. Resolves with its id. */
export async function fetchCommit(
  program: Git,
  request: GitRequest,
  repository: string,
  into: TreeWriter,
): Promise<string> {
  const { url, path } = request;
  const git = gitFor(program, url);
  await runGit(git, ["init", "-q", "--bare", "--template=", "--", repository]);
  await configure(git, repository, url, path !== undefined);
  const sha = await fetch(git, request, repository);
  await writeCommit(git, repository, { sha, ...(path !== undefined && { path, partial: true }) }, into);
  return sha;
}

/** The commit a reference names now, without fetching it. */
export async function commitOf(git: Git, url: string, ref: string | undefined): Promise<string | undefined> {
  const names = ref === undefined ? ["HEAD"] : [`refs/heads/${ref}`, `refs/tags/${ref}`, `refs/tags/${ref}^{}`];
  const found = await references(git, url, ref === undefined ? ["HEAD"] : [ref]);
  return names.map((name) => found.get(name)).findLast((sha) => sha !== undefined);
}

/** Versions of a plugin that a repository has tags for, written `<plugin>--v<version>`. */
export async function taggedVersions(git: Git, url: string, plugin: string): Promise<ReadonlyMap<string, string>> {
  const versions = new Map<string, string>();
  for (const name of (await references(git, url, [`refs/tags/${plugin}--v*`])).keys()) {
    const tag = name.slice("refs/tags/".length).replace(/\^\{\}$/, "");
    versions.set(tag.slice(plugin.length + 3), tag);
  }
  return versions;
}

async function references(git: Git, url: string, patterns: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const output = (await runGit(gitFor(git, url), ["ls-remote", "-q", "--", url, ...patterns])).toString("utf8");
  return new Map(
    output
      .split("\n")
      .filter((line) => line.includes("\t"))
      .map((line) => [line.slice(line.indexOf("\t") + 1), line.slice(0, line.indexOf("\t"))]),
  );
}

/** With a name for the remote, git fetches what a partial copy lacks when it is asked for. */
async function configure(git: Git, repository: string, url: string, partial: boolean): Promise<void> {
  const set = (key: string, value: string): Promise<Buffer> => {
    return runGit(git, ["-C", repository, "config", "--local", key, value]);
  };
  await set("remote.origin.url", url);
  if (!partial) return;
  await set("remote.origin.promisor", "true");
  await set("remote.origin.partialclonefilter", "blob:none");
}

async function fetch(git: Git, { url, ref, sha, path }: GitRequest, repository: string): Promise<string> {
  const exceeds = (): string | undefined => {
    return packed(repository) > DOWNLOAD_LIMIT
      ? `the repository is larger than ${bytesText(DOWNLOAD_LIMIT)}`
      : undefined;
  };
  const filter = path === undefined ? [] : ["--filter=blob:none"];
  const base = ["-C", repository, "fetch", "--progress", "--no-tags", "--recurse-submodules=no", ...filter];
  try {
    await runGit(git, [...base, "--depth=1", "origin", sha ?? ref ?? "HEAD"], { exceeds });
  } catch (error) {
    if (sha === undefined) throw named(error, url);
    // Not every server gives a commit by its id alone: look for it in all there is.
    await runGit(git, [...base, "origin", "+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"], { exceeds }).catch(
      (second: unknown) => {
        throw named(second, url);
      },
    );
  }
  const wanted = sha ?? "FETCH_HEAD";
  const found = await runGit(git, ["-C", repository, "rev-parse", "--verify", "-q", `${wanted}^{commit}`]).catch(() => {
    throw new UserError(`${url} has no commit ${sha ?? ref ?? ""}.`);
  });
  return found.toString("utf8").trim();
}

function named(error: unknown, url: string): unknown {
  if (!(error instanceof UserError)) return error;
  return new UserError(`${url} could not be fetched: ${error.message.replace(/^git failed: /, "")}`, error.exitCode);
}

/** Bytes of what was received so far. */
function packed(repository: string): number {
  const folder = join(repository, "objects", "pack");
  try {
    return readdirSync(folder).reduce(
      (sum, name) => sum + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0),
      0,
    );
  } catch {
    return 0;
  }
}
