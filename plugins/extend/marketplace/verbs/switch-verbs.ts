import { EXIT, UserError } from "../../../../schemas/errors.js";
import { installedPlugin } from "../install/install.js";
import { disable, enable, isEnabled } from "../install/switch.js";
import type { Job } from "../job.js";
import { readInstalled } from "../state/installed-file.js";
import { answer, wordOf } from "./answer.js";

/** `nacre plugin enable`. */
export async function enableVerb(job: Job): Promise<number> {
  const plugin = installedPlugin(job, wordOf(job, "enable PLUGIN"));
  const enabled = await enable(job, plugin);
  return answer(job, { enabled }, () => job.print(`Switched on ${enabled.join(", ")}.`));
}

/** `nacre plugin disable`. */
export async function disableVerb(job: Job): Promise<number> {
  const disabled: string[] = [];
  if (job.flags["all"] === true) {
    if (job.words.length > 0) throw new UserError("--all means every installed plugin: name none beside it.");
    const on = readInstalled(job.paths.installed).filter((one) => isEnabled(job, one));
    if (on.length === 0) throw new UserError("Every installed plugin is off already.", EXIT.failed);
    const { switchOff } = await import("../install/switch.js");
    for (const { id } of on) await switchOff(job, id);
    disabled.push(...on.map(({ id }) => id));
  } else {
    const plugin = installedPlugin(job, wordOf(job, "disable PLUGIN | --all"));
    await disable(job, plugin);
    disabled.push(plugin.id);
  }
  return answer(job, { disabled }, () => job.print(`Switched off ${disabled.join(", ")}.`));
}
