import { mkdirSync } from "node:fs";
import type { KernelView } from "../../../core/types.js";
import { childEnv } from "../../../schemas/child-env.js";
import { isObject } from "../../../schemas/json.js";
import { own } from "../../../schemas/own.js";
import type { PartOwner } from "../../../schemas/parts.js";
import { pluginData } from "../../../schemas/plugin-data.js";
import type { Hook } from "./hook.js";
import type { Scene } from "./scene.js";

type Values = Readonly<Record<string, string>>;

const made = new Set<string>();

/** Names that stand for folders in commands, and are variables of their environment too. */
export function folderVariables(hook: Hook, project: string, home: string): Values {
  const { plugin } = hook.source;
  const own: Record<string, string> = { CLAUDE_PROJECT_DIR: project, NACRE_PROJECT_DIR: project };
  if (!plugin) return own;
  const data = pluginData(home, plugin);
  for (const prefix of ["CLAUDE_", "NACRE_", ""]) {
    own[`${prefix}PLUGIN_ROOT`] = plugin.dir;
    own[`${prefix}PLUGIN_DATA`] = data;
  }
  makeOnce(data);
  return own;
}

/** What a plugin was configured with, by key. */
export function pluginOptions(kernel: KernelView, hook: Hook): Values {
  const { plugin } = hook.source;
  const configs = plugin && kernel.settings.get("pluginConfigs");
  if (!plugin || !isObject(configs)) return {};
  const id = Object.keys(configs).find((key) => isMeant(kernel, plugin, key)) ?? "";
  const options = isObject(configs[id]) ? configs[id]["options"] : undefined;
  if (!isObject(options)) return {};
  return Object.fromEntries(Object.entries(options).map(([key, value]) => [key, String(value)]));
}

/** Answers belong to the plugin that asked: another of its name, from elsewhere or of a project, is not told them. */
function isMeant({ plugins }: KernelView, { name, dir, origin }: PartOwner, key: string): boolean {
  if (origin === "project") return key === name;
  if (origin === "installed") return key === plugins.find(({ plugin }) => plugin.dir === dir)?.plugin.id;
  return key === name || key.startsWith(`${name}@`);
}

/** The environment of hook commands. What is the same for all of a session is put together once. */
export class Environments {
  readonly #kernel: KernelView;
  readonly #bases = new Map<string, NodeJS.ProcessEnv>();

  constructor(kernel: KernelView) {
    this.#kernel = kernel;
  }

  of(hook: Hook, scene: Scene, folders: Values, envFile: string | undefined): NodeJS.ProcessEnv {
    const env: NodeJS.ProcessEnv = { ...this.#baseOf(scene.sessionId), ...folders };
    const options = hook.source.plugin ? pluginOptions(this.#kernel, hook) : {};
    for (const [key, value] of Object.entries(options)) {
      // The public name is in capitals; a plugin's own text may well say the key as it is written.
      env[`CLAUDE_PLUGIN_OPTION_${key}`] = env[`CLAUDE_PLUGIN_OPTION_${key.toUpperCase()}`] = value;
    }
    if (envFile !== undefined) env["CLAUDE_ENV_FILE"] = env["NACRE_ENV_FILE"] = envFile;
    return env;
  }

  forget(session: string): void {
    this.#bases.delete(session);
  }

  #baseOf(sessionId: string): NodeJS.ProcessEnv {
    let base = this.#bases.get(sessionId);
    if (base) return base;
    const pass = this.#kernel.settings.get("tools.pass_env");
    const names = Array.isArray(pass) ? pass.filter((name) => typeof name === "string") : [];
    base = { ...childEnv(this.#kernel.env, { sessionId, pass: names }), CLAUDE_CODE_CHILD_SESSION: "1" };
    this.#bases.set(sessionId, base);
    return base;
  }
}

/** Puts values in the place of `${NAME}`, as they are: for words that no shell reads. */
export function filledIn(text: string, values: Values): string {
  return text.replace(/\$\{([\w.]+)\}/g, (whole, name: string) => own(values, name) ?? whole);
}

/** Characters that mean nothing to a shell. */
const PLAIN = /^[\w./:@%+,=-]*$/;

/**
 * Makes the `${NAME}` of a shell command safe for folders with spaces and quotes in their names: the shell fills them
 * in from the environment, quoted also where the command forgot to, and in single quotes they are filled in here.
 */
export function quotedIn(command: string, values: Values): string {
  if (Object.values(values).every((value) => PLAIN.test(value)) && !command.includes("'")) return command;
  let quote = "";
  return command.replace(/\\[^]|['"]|\$\{(\w+)\}/g, (found, name: string | undefined) => {
    if (found === "'" || found === '"') {
      if (quote === "") quote = found;
      else if (quote === found) quote = "";
      return found;
    }
    const value = name === undefined ? undefined : own(values, name);
    if (value === undefined || quote === '"') return found;
    return quote === "'" ? value.replaceAll("'", String.raw`'\''`) : `"${found}"`;
  });
}

function makeOnce(dir: string): void {
  if (made.has(dir)) return;
  made.add(dir);
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
  } catch {
    // The hook will see that it is not there.
  }
}
