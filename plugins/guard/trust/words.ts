import { isAbsolute, relative } from "node:path";
import type { Waiting } from "../../../schemas/settings.js";
import type { Acting } from "../../../schemas/trusted.js";

const MOST = 5;

/** Said once to whoever cannot be asked. */
export function untrustedText(project: string, waiting: readonly Waiting[], dirs: readonly string[]): string {
  const names = [...waiting.map(({ path, source }) => `${path} (${source})`), ...dirs.map((dir) => `plugin ${dir}`)];
  return `${project} is not trusted, so this is not used: ${listed(names)}. Look at it with nacre trust show; trust it with nacre trust, or with --trust-workspace for one run.`;
}

/** Said where nobody agreed to what has changed. */
export function changedText(project: string, parts: readonly Acting[]): string {
  const names = parts.map(({ what, file }) => `${what} (${file})`);
  return `${project} has changed since you trusted it, so this is not used: ${listed(names)}. Look at it with nacre trust show, and agree with nacre trust.`;
}

/** Of entries of `trust.folders` that can never fit, one sentence each. */
export function oddFolders(folders: readonly unknown[]): readonly string[] {
  const isPath = (one: unknown): boolean => typeof one === "string" && (isAbsolute(one) || /^~(?:\/|$)/.test(one));
  return folders
    .filter((one) => !isPath(one))
    .map(
      (one) => `trust.folders: ${JSON.stringify(one)} does not count: it must be an absolute path or begin with ~/.`,
    );
}

/** Of variables that no project sets, trusted or not. */
export function variablesText(held: readonly Waiting[]): string {
  const names = held.map(({ path, source }) => `${path.slice("env.".length)} (${source})`);
  return `Variables that a project does not set are left out: ${listed(names)}. Set them in your own settings.`;
}

/** Said in each run in a folder that somebody has declined. */
export function declinedText(project: string): string {
  return `You said that ${project} is not to be trusted, so nothing of its configuration is used and this session only reads. To change that: nacre trust, or nacre trust revoke to be asked again.`;
}

/** One part for people: what it is, all of it, and where it stands below a folder. */
export function partText(root: string, { file, what, value, text }: Acting): string {
  return `${what}: ${text ?? JSON.stringify(value)} (${relative(root, file)})`;
}

function listed(names: readonly string[]): string {
  const all = [...new Set(names)];
  const rest = all.length > MOST ? ` and ${all.length - MOST} more` : "";
  return all.slice(0, MOST).join(", ") + rest;
}
