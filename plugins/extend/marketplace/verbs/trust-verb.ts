import { approve } from "../install/approve.js";
import { installedPlugin } from "../install/install.js";
import type { Job } from "../job.js";
import { answer, wordOf } from "./answer.js";

/** `nacre plugin trust`. */
export async function trustVerb(job: Job): Promise<number> {
  const plugin = installedPlugin(job, wordOf(job, "trust PLUGIN"));
  const isNew = await approve(job, plugin);
  return answer(job, { id: plugin.id, changed: isNew }, () => {
    job.print(isNew ? `Approved ${plugin.id} as it is now.` : `${plugin.id} is as it was approved.`);
  });
}
