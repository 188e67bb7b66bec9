import { EXIT, UserError } from "../../../../schemas/errors.js";
import type { Job } from "../job.js";
import type { Target } from "../source/target.js";
import { readInstalled } from "../state/installed-file.js";
import { readLock } from "../state/lock-file.js";
import { withStaging } from "../state/staging.js";
import { checkClash } from "./check-clash.js";
import { commit } from "./commit.js";
import { consent } from "./consent.js";
import { gather, type Present } from "./gather.js";
import { checkAnswers, saveAnswers } from "./options.js";
import { stage, userConfigIn, type Staged } from "./stage.js";
import { switchOn } from "./switch.js";

/** Installs plugins and what they need: fetched, shown, agreed to, put in place, switched on. */
export async function install(job: Job, targets: readonly Target[]): Promise<readonly Staged[]> {
  const { paths } = job;
  return withStaging(paths.staging, async (scratch) => {
    const present: Present = { installed: readInstalled(paths.installed), lock: readLock(paths.lock) };
    const staged = await gather(job, targets, present, scratch);
    const asked = new Set(staged.filter((one) => targets.some((target) => isTarget(one, target))).map(({ id }) => id));
    warnOfNames(job, staged, present);
    const first = staged[0];
    if (first) checkAnswers(job, first.id, userConfigIn(first.inventory, first.entry));
    for (const { id, inventory } of staged) checkClash(job, id, inventory.package.manifest);
    await consent(job, staged, present.lock);
    await commit(job, staged, asked);
    if (first) await saveAnswers(job, first.id, userConfigIn(first.inventory, first.entry));
    for (const { id } of staged.toReversed()) await switchOn(job, id);
    return staged;
  });
}

/** Fetches and reads a plugin, installs nothing, and gives `look` what was found. */
export async function preview<T>(job: Job, target: Target, look: (staged: Staged) => T): Promise<T> {
  return withStaging(job.paths.staging, async (scratch) => look(await stage(job, target, scratch)));
}

function isTarget(staged: Staged, target: Target): boolean {
  return staged.market === target.market && (target.name === undefined || target.name === staged.name);
}

/** Another plugin of nearly the same name may be a forgery. */
function warnOfNames(job: Job, staged: readonly Staged[], { installed }: Present): void {
  const shipped = job.kernel.plugins.filter(({ plugin }) => plugin.origin === "built in");
  const known = [
    ...installed.map(({ id }) => ({ id, name: id.slice(0, id.lastIndexOf("@")), how: "is installed" })),
    ...shipped.map(({ plugin: { name } }) => ({ id: name, name, how: "ships with nacre" })),
  ];
  for (const { id, name } of staged) {
    for (const other of known) {
      if (other.id === id || folded(other.name) !== folded(name)) continue;
      job.note(`Take care: "${id}" has nearly the same name as "${other.id}", which ${other.how}.`);
    }
  }
}

/** The same for names that are easily taken for each other. */
function folded(name: string): string {
  const plain = name.toLowerCase().replace(/[._-]/g, "");
  return plain
    .replace(/rn/g, "m")
    .replace(/vv/g, "w")
    .replace(/[1il|]/g, "l")
    .replace(/0/g, "o")
    .replace(/5/g, "s");
}

/** The installed plugin that somebody means, by id or by a name that only one has. Throws a UserError. */
export function installedPlugin(job: Job, text: string): ReturnType<typeof readInstalled>[number] {
  const all = readInstalled(job.paths.installed);
  const found = all.filter(({ id }) => id === text || id.slice(0, id.lastIndexOf("@")) === text);
  const [only] = found;
  if (only && found.length === 1) return only;
  if (only) throw new UserError(`Several are called "${text}"; say which: ${found.map(({ id }) => id).join(", ")}.`);
  throw new UserError(`No plugin "${text}" is installed; nacre plugin list shows what is there.`, EXIT.failed);
}
