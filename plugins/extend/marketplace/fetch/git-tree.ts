import { UserError } from "../../../../schemas/errors.js";
import { runGit, type Git } from "./run-git.js";
import type { TreeWriter } from "./tree-writer.js";

interface Entry {
  readonly path: string;
  readonly oid: string;
  readonly mode: string;
}

/**
 * Writes a commit's files, read from the object store: nothing is checked out, so no filter, attribute, link or hook of
 * the repository has a say. `path` picks a folder of it.
 */
export async function writeCommit(git: Git, repository: string, commit: GitPlace, into: TreeWriter): Promise<void> {
  const entries = await list(git, repository, commit);
  const submodules = entries.filter(({ mode }) => mode === "160000");
  for (const { path } of submodules) into.note(`${path} is a submodule and was left out.`);
  const files = entries.filter(({ mode }) => mode.startsWith("1") && mode !== "160000");
  if (commit.partial) await prefetch(git, repository, files);
  await runGit(git, ["-C", repository, "cat-file", "--batch"], {
    input: files.map(({ oid }) => `${oid}\n`).join(""),
    onOutput: (stdout) => write(files, new Reader(stdout), into),
  });
  into.finish();
}

export interface GitPlace {
  readonly sha: string;
  readonly path?: string;
  /** Only the list of files was fetched so far. */
  readonly partial?: boolean;
}

async function list(git: Git, repository: string, { sha, path }: GitPlace): Promise<readonly Entry[]> {
  const tree = path === undefined ? sha : `${sha}:${path}`;
  const output = await runGit(git, ["-C", repository, "ls-tree", "-r", "-z", "--full-tree", tree]).catch(
    (error: unknown) => {
      if (path === undefined) throw error;
      throw new UserError(`There is no folder "${path}" in the repository at ${sha.slice(0, 12)}.`);
    },
  );
  const decoder = new TextDecoder("utf-8");
  return decoder
    .decode(output)
    .split("\0")
    .filter((line) => line !== "")
    .map((line) => {
      const [facts = "", name = ""] = [line.slice(0, line.indexOf("\t")), line.slice(line.indexOf("\t") + 1)];
      const [mode = "", , oid = ""] = facts.split(" ");
      return { path: name, oid, mode };
    });
}

/** Fetches all contents at once; git would otherwise fetch them one by one. */
async function prefetch(git: Git, repository: string, files: readonly Entry[]): Promise<void> {
  const flags = ["--no-tags", "--no-write-fetch-head", "--recurse-submodules=no", "--filter=blob:none", "--stdin"];
  const input = [...new Set(files.map(({ oid }) => oid))].join("\n");
  const fetch = ["-C", repository, "-c", "fetch.negotiationAlgorithm=noop", "fetch", "--progress", "origin", ...flags];
  // A server that cannot do it sent everything before, or gives single objects.
  await runGit(git, fetch, { input }).catch(() => undefined);
}

async function write(files: readonly Entry[], reader: Reader, into: TreeWriter): Promise<void> {
  for (const { path, mode } of files) {
    const [, type, length] = (await reader.line()).split(" ");
    if (type !== "blob") throw new UserError(`The repository lacks the content of ${path}.`);
    const size = Number(length);
    const isLink = mode === "120000";
    if (isLink) into.link(path, (await reader.take(size)).toString("utf8"));
    else if (into.admits(path, size)) into.file(path, await reader.take(size), mode === "100755");
    else await reader.skip(size);
    await reader.skip(1);
  }
}

/** Reads lines and counted bytes of a stream. */
class Reader {
  readonly #stream: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(stream: AsyncIterable<Buffer>) {
    this.#stream = stream[Symbol.asyncIterator]();
  }

  async line(): Promise<string> {
    for (let end = this.#rest.indexOf(10); ; end = this.#rest.indexOf(10)) {
      if (end >= 0) {
        const line = this.#rest.subarray(0, end).toString("utf8");
        this.#rest = this.#rest.subarray(end + 1);
        return line;
      }
      this.#rest = Buffer.concat([this.#rest, await this.#next()]);
    }
  }

  async take(size: number): Promise<Buffer> {
    const parts = [this.#rest];
    for (let have = this.#rest.length; have < size;) {
      const part = await this.#next();
      parts.push(part);
      have += part.length;
    }
    const all = Buffer.concat(parts);
    this.#rest = all.subarray(size);
    return all.subarray(0, size);
  }

  async skip(size: number): Promise<void> {
    let left = size;
    while (this.#rest.length < left) {
      left -= this.#rest.length;
      this.#rest = await this.#next();
    }
    this.#rest = this.#rest.subarray(left);
  }

  async #next(): Promise<Buffer> {
    const { done, value } = await this.#stream.next();
    if (done) throw new UserError("git ended before it had given all files.");
    return value;
  }
}
