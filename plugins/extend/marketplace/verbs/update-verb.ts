import { EXIT, UserError } from "../../../../schemas/errors.js";
import { installedPlugin } from "../install/install.js";
import { update } from "../install/update.js";
import { wordsOf, type Job } from "../job.js";
import { printable } from "../../../../schemas/printable.js";
import { readInstalled } from "../state/installed-file.js";
import { answer } from "./answer.js";

interface Row {
  readonly id: string;
  readonly from: string;
  readonly to?: string;
  readonly problem?: string;
}

/** `nacre plugin update`: one plugin, or all. */
export async function updateVerb(job: Job): Promise<number> {
  const [word] = wordsOf(job, "update [PLUGIN]", 0, 1);
  const plugins = word === undefined ? readInstalled(job.paths.installed) : [installedPlugin(job, word)];
  const rows: Row[] = [];
  for (const plugin of plugins) {
    try {
      rows.push({ id: plugin.id, ...(await update(job, plugin)) });
    } catch (error) {
      // One that cannot be updated does not keep the others from it.
      if (!(error instanceof UserError) || plugins.length === 1) throw error;
      rows.push({ id: plugin.id, from: plugin.version, problem: error.message });
    }
  }
  answer(job, { plugins: rows }, () => {
    if (rows.length === 0) job.print("No plugin is installed.");
    for (const { id, from, to, problem } of rows) {
      if (problem !== undefined) job.note(printable(`${id} stays at ${from}: ${problem}`));
      else
        job.print(
          printable(
            to === from
              ? `${id} is up to date (${from}).`
              : `Updated ${id} from ${from} to ${to}; sessions that run keep the old one.`,
          ),
        );
    }
  });
  return rows.some(({ problem }) => problem !== undefined) ? EXIT.failed : EXIT.done;
}
