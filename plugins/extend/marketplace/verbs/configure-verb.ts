import { isObject } from "../../../../schemas/json.js";
import { checkAnswers, optionsOf, saveAnswers } from "../install/options.js";
import { installedPlugin } from "../install/install.js";
import type { Job } from "../job.js";
import { printable } from "../../../../schemas/printable.js";
import { readSecrets } from "../state/read-secrets.js";
import { readRecord } from "../state/record-file.js";
import { answer, wordOf } from "./answer.js";

/** `nacre plugin configure`: keeps answers, or shows those that are there. */
export async function configureVerb(job: Job): Promise<number> {
  const { id, dir } = installedPlugin(job, wordOf(job, "configure PLUGIN [--config KEY=VALUE]"));
  const record = readRecord(dir);
  const own = record?.fields["userConfig"] ?? record?.entry?.value["userConfig"];
  const config = isObject(own) ? own : {};
  checkAnswers(job, id, config);
  if (job.flags["config"] !== undefined) {
    await saveAnswers(job, id, config);
    return answer(job, { configured: id }, () => job.print(`Kept for ${id}.`));
  }
  const { values, sensitive } = optionsOf(
    config,
    job.kernel.settings.get("pluginConfigs"),
    readSecrets(job.paths.secrets),
    id,
  );
  const shown = Object.fromEntries(
    Object.keys(config).map((key) => [
      key,
      sensitive.includes(key) && values[key] !== undefined ? "(set, not shown)" : (values[key] ?? null),
    ]),
  );
  return answer(job, { id, options: shown }, () => {
    if (Object.keys(shown).length === 0) job.print(`${id} asks for nothing.`);
    for (const [key, value] of Object.entries(shown)) {
      job.print(printable(`${key} = ${value === null ? "(not set)" : JSON.stringify(value)}`));
    }
  });
}
