import type { KernelView } from "../../../../core/types.js";
import { UserError } from "../../../../schemas/errors.js";
import type { Invocation } from "../../../../schemas/front.js";
import { createJob, type Job } from "../job.js";

/** What one verb does. Resolves with the exit code. */
export type Verb = (job: Job) => Promise<number>;

/** Every verb by its name, loaded when it is used. */
const VERBS: Readonly<Record<string, () => Promise<Verb>>> = {
  install: async () => (await import("./install-verb.js")).installVerb,
  uninstall: async () => (await import("./uninstall-verb.js")).uninstallVerb,
  enable: async () => (await import("./switch-verbs.js")).enableVerb,
  disable: async () => (await import("./switch-verbs.js")).disableVerb,
  update: async () => (await import("./update-verb.js")).updateVerb,
  details: async () => (await import("./details-verb.js")).detailsVerb,
  search: async () => (await import("./search-verb.js")).searchVerb,
  configure: async () => (await import("./configure-verb.js")).configureVerb,
  trust: async () => (await import("./trust-verb.js")).trustVerb,
  prune: async () => (await import("./uninstall-verb.js")).pruneVerb,
  marketplace: async () => (await import("./marketplace-verb.js")).marketplaceVerb,
};

const ALIASES: Readonly<Record<string, string>> = {
  i: "install",
  remove: "uninstall",
  rm: "uninstall",
  autoremove: "prune",
};

/** The name of a verb, for one of its names. */
export function verbName(word: string): string | undefined {
  const name = ALIASES[word] ?? word;
  return Object.hasOwn(VERBS, name) ? name : undefined;
}

export const VERB_NAMES: readonly string[] = Object.keys(VERBS);

/** Runs a verb on the words behind it. */
export async function runVerb(kernel: KernelView, name: string, invocation: Invocation): Promise<number> {
  const verb = await VERBS[name]?.();
  if (!verb) throw new UserError(`nacre plugin does not know "${name}".`);
  const job = createJob(kernel, invocation);
  try {
    return await verb(job);
  } finally {
    job.progress.clear();
  }
}
