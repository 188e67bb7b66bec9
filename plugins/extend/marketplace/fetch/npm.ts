import { createReadStream, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type * as Pacote from "pacote";
import { createGunzip } from "node:zlib";
import { EXIT, UserError, codeOf, messageOf } from "../../../../schemas/errors.js";
import type { Progress } from "../progress.js";
import { isLoopback } from "../source/git-url.js";
import { copyFolder } from "./copy-folder.js";
import { DOWNLOAD_LIMIT, PLUGIN_LIMITS, bytesText } from "./limits.js";
import type { TreeWriter } from "./tree-writer.js";

/** A package to fetch. */
export interface NpmRequest {
  readonly name: string;
  /** A version, range or tag; `latest` otherwise. */
  readonly version?: string;
  readonly registry?: string;
  /** What its tarball must be. */
  readonly integrity?: string;
}

export interface NpmAnswer {
  readonly version: string;
  readonly integrity: string;
}

export interface NpmContext {
  readonly config: Readonly<Record<string, string>>;
  /** A folder for this fetch alone. */
  readonly scratch: string;
  readonly progress?: Progress;
}

/** Fetches a package of a registry; none of its scripts is run. */
export async function fetchNpm(request: NpmRequest, context: NpmContext, into: TreeWriter): Promise<NpmAnswer> {
  const { name, version = "latest", registry, integrity } = request;
  checkSpec(name, version);
  const pacote = await load();
  const options = {
    ...context.config,
    ...(registry !== undefined && withRegistry(name, checkRegistry(registry))),
    ...(integrity !== undefined && { integrity }),
    cache: join(context.scratch, "cache"),
    ignoreScripts: true,
    fetchRetries: 2,
    timeout: 60_000,
  };
  context.progress?.show(`Fetching ${name} from the npm registry`);
  try {
    const manifest = await pacote.manifest(`${name}@${version}`, options);
    const tarball = join(context.scratch, "package.tgz");
    const pinned = { ...options, integrity: integrity ?? manifest._integrity };
    const got = await pacote.tarball.file(`${name}@${manifest.version}`, tarball, pinned);
    await unpack(tarball, String(got.integrity), context.scratch, into);
    return { version: manifest.version, integrity: String(got.integrity) };
  } catch (error) {
    throw failure(`${name}@${version}`, error);
  }
}

/** Unpacks a tarball as `npm pack` makes it. Resolves with its integrity. */
export async function fetchTarball(
  file: string,
  integrity: string | undefined,
  { scratch }: NpmContext,
  into: TreeWriter,
): Promise<string> {
  try {
    return await unpack(file, integrity, scratch, into);
  } catch (error) {
    throw failure(file, error);
  }
}

async function unpack(file: string, integrity: string | undefined, scratch: string, into: TreeWriter): Promise<string> {
  await checkUnpacked(file);
  const folder = join(scratch, "unpacked");
  const pacote = await load();
  const cache = join(scratch, "cache");
  const options = { cache, allowGitIgnore: true, ...(integrity !== undefined && { integrity }) };
  const got = await pacote.extract(`file:${file}`, folder, options);
  copyFolder(folder, into);
  into.finish();
  rmSync(folder, { recursive: true, force: true });
  return String(got.integrity);
}

/** Counts what a tarball unfolds into before a byte of it is written. */
async function checkUnpacked(file: string): Promise<void> {
  if (statSync(file).size > DOWNLOAD_LIMIT) throw new UserError(`${file} is larger than ${bytesText(DOWNLOAD_LIMIT)}.`);
  let bytes = 0;
  const most = PLUGIN_LIMITS.bytes + 64 * 1024 * 1024;
  for await (const part of createReadStream(file).pipe(createGunzip())) {
    bytes += (part as Buffer).length;
    if (bytes > most) throw new UserError(`it unfolds into more than ${bytesText(PLUGIN_LIMITS.bytes)}`);
  }
}

function checkSpec(name: string, version: string): void {
  if (!/^(@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/i.test(name) || name.length > 214) {
    throw new UserError(`${JSON.stringify(name)} is no name of an npm package.`);
  }
  if (!/^[\w.+*^~<>=| -]{1,100}$/.test(version)) {
    throw new UserError(`${JSON.stringify(version)} is no version, range or tag of an npm package.`);
  }
}

function checkRegistry(registry: string): string {
  const url = URL.canParse(registry) ? new URL(registry) : undefined;
  const fine = url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback(url.hostname));
  if (!fine) throw new UserError(`${JSON.stringify(registry)} is no registry that can be used: give an https address.`);
  return registry;
}

/** The registry of an entry holds for its package, whatever the user set for the scope. */
function withRegistry(name: string, registry: string): Readonly<Record<string, string>> {
  const scope = name.startsWith("@") ? name.slice(0, name.indexOf("/")) : undefined;
  return { registry, ...(scope !== undefined && { [`${scope}:registry`]: registry }) };
}

async function load(): Promise<typeof Pacote> {
  const module = (await import("pacote")) as typeof Pacote & { readonly default?: typeof Pacote };
  return module.default ?? module;
}

function failure(what: string, error: unknown): UserError {
  if (codeOf(error) === "EINTEGRITY") {
    return new UserError(
      `${what} is not what was expected: its content has another hash. Nothing was installed.`,
      EXIT.plugin,
    );
  }
  if (error instanceof UserError && error.message.endsWith(".")) return error;
  const first = messageOf(error).split("\n")[0]?.replace(/\.$/, "") ?? "";
  return new UserError(`${what} could not be fetched: ${first}.`, EXIT.failed);
}
