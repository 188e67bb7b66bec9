import { UserError } from "../../../../schemas/errors.js";
import { install } from "../install/install.js";
import { installFrozen } from "../install/frozen.js";
import { isEnabled, switchOn } from "../install/switch.js";
import type { Job } from "../job.js";
import { fetchMarket } from "../markets.js";
import { printable } from "../../../../schemas/printable.js";
import { isSame, forScope } from "../scope.js";
import { parseMarketSource } from "../source/market-source.js";
import { findTarget } from "../source/target.js";
import { readInstalled } from "../state/installed-file.js";
import { answer } from "./answer.js";

const USAGE = "install PLUGIN[@MARKETPLACE] | FOLDER | FILE.tgz | FILE.zip | URL | npm:PACKAGE[@VERSION]";

/** `nacre plugin install`. */
export async function installVerb(job: Job): Promise<number> {
  if (job.flags["frozen"] === true) {
    if (job.words.length > 0)
      throw new UserError("--frozen installs what the lock file names: name no plugin beside it.");
    const ids = await installFrozen(job);
    return answer(job, { installed: ids }, () => {
      job.print(ids.length === 0 ? "Everything in the lock file is installed." : `Installed ${ids.join(", ")}.`);
    });
  }
  if (job.words.length === 0) throw new UserError(`Something is missing: nacre plugin ${USAGE}.`);
  let words = job.words;
  const market = job.flags["marketplace"];
  if (typeof market === "string") {
    const { name } = await fetchMarket(job, parseMarketSource(market, job.kernel.cwd, job.userHome));
    words = words.map((word) => (word.includes("@") ? word : `${word}@${name}`));
  }
  const there = await alreadyThere(job, words);
  if (there) return there;
  const targets = [];
  for (const word of words) targets.push(await findTarget(job, word));
  const staged = await install(job, targets);
  if (job.scope !== "user" && !(await (await job.kernel.service("trust"))?.of(job.project))) {
    job.note("It counts once this folder is trusted (--trust-workspace).");
  }
  const rows = staged.map(({ id, version, capabilities, parts }) => ({ id, version, capabilities, parts }));
  return answer(job, { installed: rows, scope: job.scope }, () => {
    for (const { id, version } of staged) job.print(printable(`Installed ${id} ${version} (${job.scope}).`));
  });
}

/** What is installed at this scope already is no error. */
async function alreadyThere(job: Job, words: readonly string[]): Promise<number | undefined> {
  if (job.flags["config"] !== undefined) return undefined;
  const here = forScope(job.scope, job.project);
  const all = readInstalled(job.paths.installed);
  const found = words.map((word) => all.find((one) => one.id === word && one.for.some((each) => isSame(each, here))));
  if (!found.every((one) => one !== undefined)) return undefined;
  const { Verifier } = await import("../trust/verify.js");
  const verifier = new Verifier(job.paths);
  // One that was changed is fetched anew.
  if (found.some(({ dir }) => verifier.verify(dir) !== undefined)) return undefined;
  for (const one of found) if (!isEnabled(job, one)) await switchOn(job, one.id);
  return answer(job, { installed: [], scope: job.scope }, () => {
    for (const { id, version } of found) job.print(printable(`${id} ${version} is installed already.`));
  });
}
