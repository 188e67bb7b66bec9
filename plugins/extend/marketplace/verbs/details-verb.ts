import { UserError } from "../../../../schemas/errors.js";
import type { Inventory } from "../../../../schemas/parts.js";
import { capabilitiesOf } from "../install/capabilities.js";
import { installedPlugin, preview } from "../install/install.js";
import { isEnabled } from "../install/switch.js";
import type { Job } from "../job.js";
import { oneLine, printable } from "../../../../schemas/printable.js";
import { sourceText } from "../source/source.js";
import { findTarget } from "../source/target.js";
import { readInstalled, type InstalledPlugin } from "../state/installed-file.js";
import { readLock } from "../state/lock-file.js";
import { readRecord } from "../state/record-file.js";
import { listFolder } from "../trust/file-list.js";
import { Verifier } from "../trust/verify.js";
import { answer, wordOf } from "./answer.js";

interface Details {
  readonly id: string;
  readonly version: string;
  readonly description?: string;
  readonly source: string;
  readonly state: string;
  readonly capabilities: readonly string[];
  readonly parts: readonly { readonly kind: string; readonly name: string; readonly tokens: number }[];
  readonly problems: readonly string[];
}

/** Characters of English text that make about one token. */
const CHARACTERS = 4;

/** `nacre plugin details`: what a plugin holds and can do, installed or not. */
export async function detailsVerb(job: Job): Promise<number> {
  const word = wordOf(job, "details PLUGIN");
  const isThere = readInstalled(job.paths.installed).some(({ id }) => id === word || id.startsWith(`${word}@`));
  const details = isThere ? await ofInstalled(job, installedPlugin(job, word)) : await ofListed(job, word);
  return answer(job, details, () => show(job, details));
}

async function ofInstalled(job: Job, plugin: InstalledPlugin): Promise<Details> {
  const { id, version, dir } = plugin;
  const catalogue = await job.kernel.service("catalogue");
  if (!catalogue) throw new UserError("The plugin that reads plugin folders is not there; switch plugin-folders on.");
  const entry = readRecord(dir)?.entry;
  const inventory = await catalogue.inspect(dir, entry ? { entry } : {});
  const locked = readLock(job.paths.lock)[id];
  const why = new Verifier(job.paths).verify(dir);
  const places = plugin.for
    .map(({ scope, project }) => (project === undefined ? scope : `${scope} ${project}`))
    .join(", ");
  const state = why ?? `installed for ${places}, ${isEnabled(job, plugin) ? "on" : "off"}`;
  const capabilities = capabilitiesOf(inventory, listFolder(dir));
  const source = locked ? sourceText(locked.source) : dir;
  return { id, version, source, state, capabilities, ...facts(inventory) };
}

async function ofListed(job: Job, word: string): Promise<Details> {
  return preview(job, await findTarget(job, word), ({ id, version, pinned, capabilities, inventory }) => {
    return { id, version, source: sourceText(pinned), state: "not installed", capabilities, ...facts(inventory) };
  });
}

function facts({ package: found, parts, problems }: Inventory): Pick<Details, "parts" | "problems" | "description"> {
  const { description } = found.manifest;
  return {
    ...(description !== undefined && { description }),
    parts: parts.map(({ kind, name, data }) => {
      const about = typeof data["description"] === "string" ? data["description"] : "";
      // Only what is listed to the model costs something before it is used.
      const isListed = kind === "skill" || kind === "agent" || kind === "command";
      return { kind, name, tokens: isListed ? Math.ceil((name.length + about.length) / CHARACTERS) : 0 };
    }),
    problems: [...problems].map(({ severity, message }) => `${severity}: ${message}`),
  };
}

function show(job: Job, { id, version, description, source, state, capabilities, parts, problems }: Details): void {
  job.print(printable(`${id} ${version}`));
  if (description !== undefined) job.print(`  ${oneLine(description, 300)}`);
  job.print(printable(`  from ${source}`));
  for (const line of state.split("\n")) job.print(`  ${printable(line)}`);
  for (const { kind, name, tokens } of parts) {
    job.print(printable(`  ${kind} ${name}${tokens > 0 ? ` (about ${tokens} tokens)` : ""}`));
  }
  const all = parts.reduce((sum, { tokens }) => sum + tokens, 0);
  job.print(`Listing it costs about ${all} tokens (characters / ${CHARACTERS}).`);
  if (capabilities.length > 0) job.print("It can do by itself:");
  for (const line of capabilities) job.print(printable(`  ${line}`));
  for (const line of problems.slice(0, 20)) job.print(printable(line));
}
