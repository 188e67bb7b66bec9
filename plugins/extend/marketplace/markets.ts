import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { EXIT, UserError } from "../../../schemas/errors.js";
import { isObject } from "../../../schemas/json.js";
import { copyFolder } from "./fetch/copy-folder.js";
import { download } from "./fetch/download.js";
import { commitOf, fetchCommit } from "./fetch/git.js";
import { MARKET_LIMITS } from "./fetch/limits.js";
import { findGit } from "./fetch/run-git.js";
import { TreeWriter } from "./fetch/tree-writer.js";
import type { Job } from "./job.js";
import { checkMarketName, isName } from "./names.js";
import { checkPolicy } from "./policy.js";
import type { Catalogue } from "./source/entry-source.js";
import { isLocal, marketSourceOf, repositoryOf } from "./source/market-source.js";
import { MARKET_FILE, marketplaceOf, readMarketplace, type Marketplace } from "./source/marketplace-file.js";
import type { MarketSource } from "./source/source.js";
import { changeKnown, readKnown, type KnownMarket } from "./state/known-markets.js";
import { withLock } from "../../../schemas/file-lock.js";
import { withStaging } from "./state/staging.js";

/** Marketplaces by name: those that were added, and those that settings name. */
export function allMarkets(job: Job): Readonly<Record<string, KnownMarket>> {
  const known: Record<string, KnownMarket> = {};
  for (const key of ["additionalMarketplaces", "extraKnownMarketplaces"]) {
    for (const { value, held } of job.kernel.settings.origins(key)) {
      if (held !== undefined || !isObject(value)) continue;
      for (const [name, one] of Object.entries(value)) {
        if (!isName(name) || !isObject(one)) continue;
        known[name] = { source: marketSourceOf(one["source"], name), updated: 0 };
      }
    }
  }
  return { ...known, ...readKnown(job.paths.knownMarketplaces) };
}

/** Reads a marketplace as it stands on this machine; one that settings name and nobody has fetched is fetched now. */
export async function openMarket(job: Job, name: string): Promise<Catalogue> {
  const known = allMarkets(job)[name];
  if (!known) {
    const names = Object.keys(allMarkets(job));
    const there = names.length === 0 ? "none was added yet" : `there are: ${names.join(", ")}`;
    throw new UserError(
      `There is no marketplace "${name}": ${there}. Add one with nacre plugin marketplace add SOURCE.`,
    );
  }
  const place = placeOf(job, name, known.source);
  if (place && !existsSync(place.file)) {
    if (isOwn(known.source)) await fetchMarket(job, known.source, name);
    else throw new UserError(`The marketplace "${name}" is gone: there is no ${place.file}.`);
  }
  const { sha } = readKnown(job.paths.knownMarketplaces)[name] ?? known;
  return catalogueOf(known.source, readAt(known.source, place), sha);
}

/** Fetches a marketplace and makes it known. Resolves with it. */
export async function fetchMarket(job: Job, source: MarketSource, expected?: string): Promise<Marketplace> {
  checkPolicy(job.kernel, source);
  const { paths } = job;
  return withStaging(paths.staging, async (scratch) => {
    const dir = join(scratch, "market");
    const sha = isOwn(source) ? await bring(job, source, dir, scratch) : undefined;
    const place = isOwn(source) ? { file: fileIn(dir, source), root: dir } : placeOf(job, "", source);
    const market = readAt(source, place);
    const name = checkMarketName(market.name, repositoryOf(source));
    if (expected !== undefined && name !== expected) {
      throw new UserError(`The marketplace calls itself "${name}", but it is known as "${expected}".`);
    }
    checkOwner(readKnown(paths.knownMarketplaces), name, source);
    await withLock(paths.mutex, async () => {
      if (isOwn(source)) swap(dir, join(paths.marketplaces, name), scratch);
      const entry = { source, updated: job.kernel.clock.now(), ...(sha !== undefined && { sha }) };
      await changeKnown(paths.knownMarketplaces, (now) => ({ ...now, [name]: entry }));
    });
    return { ...market, file: isOwn(source) ? fileIn(join(paths.marketplaces, name), source) : market.file };
  });
}

/** True when there is something new; what was there stays when fetching fails. */
export async function updateMarket(job: Job, name: string): Promise<boolean> {
  const known = allMarkets(job)[name];
  if (!known) throw new UserError(`There is no marketplace "${name}".`);
  const { source, sha } = known;
  const url = repositoryOf(source);
  if (url !== undefined && sha !== undefined && existsSync(join(job.paths.marketplaces, name))) {
    const ref = "ref" in source ? source.ref : undefined;
    if ((await commitOf(findGit(job.kernel.env, job.progress), url, ref)) === sha) return false;
  }
  await fetchMarket(job, source, name);
  return true;
}

/** Forgets a marketplace and removes what was fetched of it. */
export async function removeMarket(job: Job, name: string): Promise<void> {
  const { paths } = job;
  if (!readKnown(paths.knownMarketplaces)[name]) throw new UserError(`No marketplace "${name}" was added.`);
  await withLock(paths.mutex, async () => {
    await changeKnown(paths.knownMarketplaces, (now) => {
      return Object.fromEntries(Object.entries(now).filter(([one]) => one !== name));
    });
    rmSync(join(paths.marketplaces, name), { recursive: true, force: true, maxRetries: 3 });
  });
}

interface Place {
  readonly file: string;
  readonly root: string;
}

/** True for what is copied to this machine; false for what is read where it stands. */
function isOwn({ source }: MarketSource): boolean {
  return source === "github" || source === "git" || source === "url";
}

function placeOf(job: Job, name: string, source: MarketSource): Place | undefined {
  switch (source.source) {
    case "settings":
      return undefined;
    case "file":
      return { file: source.path, root: rootOf(source.path) };
    case "directory":
      return { file: join(source.path, MARKET_FILE), root: source.path };
    default: {
      const dir = join(job.paths.marketplaces, name);
      return { file: fileIn(dir, source), root: dir };
    }
  }
}

/** A list in its usual folder speaks of the folder above. */
function rootOf(file: string): string {
  return file.endsWith(`/${MARKET_FILE}`) ? dirname(dirname(file)) : dirname(file);
}

function fileIn(dir: string, source: MarketSource): string {
  if (source.source === "url") return join(dir, "marketplace.json");
  const path = "path" in source && source.path !== undefined ? source.path : MARKET_FILE;
  return join(dir, path.endsWith(".json") ? path : join(path, MARKET_FILE));
}

function readAt(source: MarketSource, place: Place | undefined): Marketplace {
  if (source.source === "settings") return marketplaceOf(source, `settings (marketplace ${source.name})`, "/");
  if (!place) throw new UserError("This marketplace has no place.");
  if (!existsSync(place.file)) throw new UserError(`There is no marketplace: ${place.file} does not exist.`);
  return readMarketplace(place.file, place.root);
}

function catalogueOf(source: MarketSource, market: Marketplace, sha: string | undefined): Catalogue {
  const url = repositoryOf(source);
  return {
    market,
    ...(url !== undefined && sha !== undefined && { git: { url, sha } }),
    local: isLocal(source),
    listOnly: source.source === "url" || source.source === "settings",
  };
}

async function bring(job: Job, source: MarketSource, dir: string, scratch: string): Promise<string | undefined> {
  const { progress, kernel } = job;
  if (source.source === "url") {
    const headers = source.headers ? { headers: source.headers } : {};
    const bytes = await download(source.url, { limit: 16 * 1024 * 1024, progress, ...headers });
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    writeFileSync(join(dir, "marketplace.json"), bytes, { mode: 0o600 });
    return undefined;
  }
  const url = repositoryOf(source);
  if (url === undefined) return undefined;
  const raw = join(scratch, "all");
  const into = new TreeWriter(raw, `The marketplace ${url}`, MARKET_LIMITS);
  const ref = "ref" in source ? source.ref : undefined;
  const request = { url, ...(ref !== undefined && { ref }) };
  const sha = await fetchCommit(findGit(kernel.env, progress), request, join(scratch, "repository"), into);
  for (const note of into.notes) job.note(note);
  pick(raw, dir, "sparsePaths" in source ? source.sparsePaths : undefined);
  return sha;
}

/** Keeps only what was asked for. */
function pick(raw: string, dir: string, paths: readonly string[] | undefined): void {
  if (!paths || paths.length === 0) return renameSync(raw, dir);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  for (const path of new Set([".claude-plugin", ...paths])) {
    const from = join(raw, path);
    if (!from.startsWith(`${raw}/`) || !existsSync(from)) continue;
    const into = new TreeWriter(join(dir, path), `The folder ${path}`, MARKET_LIMITS);
    copyFolder(from, into);
    into.finish();
  }
}

/** Two marketplaces of one name would take each other's plugins. */
function checkOwner(known: Readonly<Record<string, KnownMarket>>, name: string, source: MarketSource): void {
  const other = Object.keys(known).find((one) => one !== name && one.toLowerCase() === name.toLowerCase());
  if (other !== undefined)
    throw new UserError(`"${name}" cannot be told from the marketplace "${other}" that is there.`);
  const before = known[name]?.source;
  if (!before || JSON.stringify(before) === JSON.stringify(source)) return;
  if (before.source === source.source && repositoryOf(before) === repositoryOf(source) && repositoryOf(source)) return;
  throw new UserError(
    `There is a marketplace "${name}" from elsewhere; remove it first: nacre plugin marketplace remove ${name}.`,
    EXIT.usage,
  );
}

function swap(from: string, to: string, scratch: string): void {
  mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
  if (existsSync(to)) renameSync(to, join(scratch, "old"));
  renameSync(from, to);
}
