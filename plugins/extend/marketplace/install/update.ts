import type { Job } from "../job.js";
import { openMarket, updateMarket } from "../markets.js";
import { parseId } from "../names.js";
import { findTarget, targetIn, type Target } from "../source/target.js";
import type { PluginSource } from "../source/source.js";
import { readInstalled, type InstalledPlugin } from "../state/installed-file.js";
import { readLock } from "../state/lock-file.js";
import { withStaging } from "../state/staging.js";
import { checkClash } from "./check-clash.js";
import { commit } from "./commit.js";
import { consent } from "./consent.js";
import { gather } from "./gather.js";

/** Brings a plugin up to date. Resolves with the old and the new version; they are equal when there is nothing new. */
export async function update(
  job: Job,
  plugin: InstalledPlugin,
): Promise<{ readonly from: string; readonly to: string }> {
  const { paths } = job;
  const target = await newest(job, plugin);
  return withStaging(paths.staging, async (scratch) => {
    const lock = readLock(paths.lock);
    const staged = await gather(job, [target], { installed: readInstalled(paths.installed), lock }, scratch);
    const own = staged.find(({ id }) => id === plugin.id);
    const isNew = own !== undefined && own.hash !== lock[plugin.id]?.hash;
    // A version that somebody wrote stands for what it stood for before.
    const isOther = own?.version !== plugin.version || plugin.version === "unknown";
    if (!own || !isNew || !isOther) return { from: plugin.version, to: plugin.version };
    const changed = staged.filter(({ id, hash }) => lock[id]?.hash !== hash);
    for (const { id, inventory } of changed) checkClash(job, id, inventory.package.manifest);
    await consent(job, changed, lock);
    for (const one of changed) {
      const before = readInstalled(paths.installed).find(({ id }) => id === one.id);
      // It stays where it was wanted before.
      const first = before?.for[0];
      const scope = first?.scope ?? job.scope;
      await commit({ ...job, scope, project: first?.project ?? job.project }, [one], asked(before, one.id));
    }
    return { from: plugin.version, to: own.version };
  });
}

function asked(before: InstalledPlugin | undefined, id: string): ReadonlySet<string> {
  return new Set(before && !before.auto ? [id] : []);
}

async function newest(job: Job, { id }: InstalledPlugin): Promise<Target> {
  const { name, market = "" } = parseId(id);
  const source = readLock(job.paths.lock)[id]?.source;
  const direct = source && directText(source, market);
  if (direct !== undefined) return { ...(await findTarget(job, direct)), name };
  await updateMarket(job, market);
  return targetIn(await openMarket(job, market), name);
}

/** How a plugin that came without a marketplace is asked for again. */
function directText(source: PluginSource, market: string): string | undefined {
  if (market === "npm" && source.kind === "npm") return `npm:${source.name}`;
  if (market === "git" && source.kind === "git") return source.url;
  if (market === "archive" && source.kind === "archive") return source.url;
  if (market === "local" && "path" in source) return source.path;
  return undefined;
}
