import { UserError } from "../../../../schemas/errors.js";
import type { Job } from "../job.js";
import { allMarkets, fetchMarket, openMarket, removeMarket, updateMarket } from "../markets.js";
import { printable } from "../../../../schemas/printable.js";
import { marketText, parseMarketSource } from "../source/market-source.js";
import type { MarketSource } from "../source/source.js";
import { readInstalled } from "../state/installed-file.js";
import { readKnown, type KnownMarket } from "../state/known-markets.js";
import { answer } from "./answer.js";

const USAGE = "nacre plugin marketplace add SOURCE | list | update [NAME] | remove NAME";

/** `nacre plugin marketplace`. */
export async function marketplaceVerb(job: Job): Promise<number> {
  const [verb, word, ...rest] = job.words;
  if (rest.length > 0) throw new UserError(`That is too much: ${USAGE}.`);
  if (verb === "add" && word !== undefined) return add(job, word);
  if (verb === "list" && word === undefined) return list(job);
  if (verb === "update") return update(job, word);
  if ((verb === "remove" || verb === "rm") && word !== undefined) return remove(job, word);
  throw new UserError(`Say what to do: ${USAGE}.`);
}

async function add(job: Job, text: string): Promise<number> {
  const source = withSparse(parseMarketSource(text, job.kernel.cwd, job.userHome), job.flags["sparse"]);
  const market = await fetchMarket(job, source);
  for (const problem of market.problems.slice(0, 10)) job.note(printable(problem));
  if (job.flags["scope"] !== undefined && job.scope !== "user") await declare(job, market.name, source);
  return answer(job, { name: market.name, plugins: market.entries.length, problems: market.problems }, () => {
    job.print(`Added the marketplace "${market.name}" with ${counted(market.entries.length)}.`);
  });
}

/** Others who work in the project are told of it by its settings. */
async function declare(job: Job, name: string, source: MarketSource): Promise<void> {
  const writer = await job.kernel.service("settingsWriter");
  await writer?.set(`extraKnownMarketplaces.${JSON.stringify(name)}.source`, source, job.scope);
}

function withSparse(source: MarketSource, sparse: unknown): MarketSource {
  if (!Array.isArray(sparse)) return source;
  if (source.source !== "github" && source.source !== "git") throw new UserError("--sparse is for git repositories.");
  return { ...source, sparsePaths: sparse as readonly string[] };
}

interface Row extends Pick<KnownMarket, "source" | "updated"> {
  readonly name: string;
  readonly added: boolean;
  readonly sha?: string;
  readonly plugins?: number;
}

async function list(job: Job): Promise<number> {
  const added = readKnown(job.paths.knownMarketplaces);
  const rows: Row[] = [];
  for (const [name, { source, updated, sha }] of Object.entries(allMarkets(job))) {
    const isAdded = Object.hasOwn(added, name);
    const plugins = isAdded ? await count(job, name) : undefined;
    rows.push({
      name,
      source,
      added: isAdded,
      updated,
      ...(sha !== undefined && { sha }),
      ...(plugins !== undefined && { plugins }),
    });
  }
  return answer(job, { marketplaces: rows }, () => {
    if (rows.length === 0) job.print("No marketplace was added yet: nacre plugin marketplace add SOURCE.");
    for (const { name, source, plugins, added: isAdded } of rows) {
      const what =
        plugins === undefined ? (isAdded ? "cannot be read" : "named by settings, not fetched yet") : counted(plugins);
      job.print(printable(`${name}: ${marketText(source)} (${what})`));
    }
  });
}

async function count(job: Job, name: string): Promise<number | undefined> {
  try {
    return (await openMarket(job, name)).market.entries.length;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    job.note(printable(error.message));
    return undefined;
  }
}

async function update(job: Job, word: string | undefined): Promise<number> {
  const names = word === undefined ? Object.keys(allMarkets(job)) : [word];
  const updated: Record<string, boolean> = {};
  for (const name of names) {
    try {
      updated[name] = await updateMarket(job, name);
    } catch (error) {
      if (!(error instanceof UserError) || names.length === 1) throw error;
      job.note(printable(error.message));
    }
  }
  return answer(job, { updated }, () => {
    for (const [name, isNew] of Object.entries(updated))
      job.print(isNew ? `Updated "${name}".` : `"${name}" is up to date.`);
  });
}

async function remove(job: Job, name: string): Promise<number> {
  await removeMarket(job, name);
  const left = readInstalled(job.paths.installed).filter(({ id }) => id.endsWith(`@${name}`));
  if (left.length > 0) job.note(`Its plugins stay installed: ${left.map(({ id }) => id).join(", ")}.`);
  return answer(job, { removed: name }, () => job.print(`Removed the marketplace "${name}".`));
}

function counted(plugins: number): string {
  return `${plugins} ${plugins === 1 ? "plugin" : "plugins"}`;
}
