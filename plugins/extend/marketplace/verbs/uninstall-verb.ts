import { EXIT } from "../../../../schemas/errors.js";
import { installedPlugin } from "../install/install.js";
import { unneeded, uninstall } from "../install/uninstall.js";
import type { Job } from "../job.js";
import { answer, wordOf } from "./answer.js";

/** `nacre plugin uninstall`. */
export async function uninstallVerb(job: Job): Promise<number> {
  const plugin = installedPlugin(job, wordOf(job, "uninstall PLUGIN [--keep-data] [--prune]"));
  const isGone = await uninstall(job, plugin, job.flags["keep-data"] === true);
  const pruned = job.flags["prune"] === true ? await prune(job) : [];
  return answer(job, { uninstalled: plugin.id, gone: isGone, pruned }, () => {
    job.print(isGone ? `Uninstalled ${plugin.id}.` : `Uninstalled ${plugin.id} here; it stays installed elsewhere.`);
    for (const id of pruned) job.print(`Uninstalled ${id}, which nothing needed any more.`);
    const left = unneeded(job);
    if (left.length > 0)
      job.note(`Nothing needs ${left.map(({ id }) => id).join(", ")} any more: nacre plugin prune removes them.`);
  });
}

/** `nacre plugin prune`. */
export async function pruneVerb(job: Job): Promise<number> {
  const open = unneeded(job).map(({ id }) => id);
  if (open.length === 0) {
    return answer(job, { pruned: [] }, () => job.print("Every plugin was asked for or is needed by one that was."));
  }
  if (job.flags["dry-run"] === true) {
    return answer(job, { wouldPrune: open }, () => open.forEach((id) => job.print(`Would uninstall ${id}.`)));
  }
  job.note(`Nothing needs these any more: ${open.join(", ")}.`);
  await job.agree("Uninstall them?");
  const pruned = await prune(job);
  answer(job, { pruned }, () => pruned.forEach((id) => job.print(`Uninstalled ${id}.`)));
  return EXIT.done;
}

async function prune(job: Job): Promise<readonly string[]> {
  const gone = unneeded(job);
  const anywhere: Job = { ...job, flags: { ...job.flags, scope: undefined } as unknown as Job["flags"] };
  for (const plugin of gone) {
    for (const one of plugin.for) {
      const at: Job = { ...anywhere, scope: one.scope, project: one.project ?? job.project };
      await uninstall(at, { ...plugin, for: plugin.for.slice(plugin.for.indexOf(one)) }, false);
    }
  }
  return gone.map(({ id }) => id);
}
