import { accessSync, constants, existsSync } from "node:fs";
import { release } from "node:os";
import { dirname } from "node:path";
import type { KernelView } from "../../../core/types.js";
import { messageOf } from "../../../schemas/errors.js";
import type { Io } from "../../../schemas/front.js";
import type { SandboxState } from "../../../schemas/guards.js";
import { projectRoot, settingsPlaces } from "../settings-places.js";
import { programs, type Program } from "./programs.js";
import { chosen, providers, type Chosen, type ProviderState } from "./providers.js";
import { terminal, type Terminal } from "./terminal.js";

/** Oldest Node that nacre is tested with. */
const NODE: readonly [number, number] = [20, 19];

/** What `nacre doctor --json` prints. */
export interface Report {
  /** One sentence for each thing that is needed and does not work. */
  readonly broken: readonly string[];
  readonly version: string;
  readonly node: string;
  readonly platform: string;
  readonly home: { readonly path: string; readonly writable: boolean };
  readonly project: { readonly root: string; readonly trusted: boolean; readonly heldBack: readonly string[] };
  readonly settings: readonly SettingsState[];
  readonly provider: Chosen;
  readonly providers: readonly ProviderState[];
  readonly programs: readonly Program[];
  /** The walls around shell commands; absent without the plugin. */
  readonly sandbox?: SandboxState;
  readonly plugins: readonly PluginLine[];
  readonly skipped: readonly { readonly name: string; readonly why: string }[];
  readonly warnings: readonly string[];
  /** Files of plugins and folders that are not used, or not as they are written: place and sentence. */
  readonly files: readonly string[];
  readonly terminal: Terminal;
}

export interface SettingsState {
  readonly file: string;
  readonly layer: string;
  readonly problem?: string;
}

export interface PluginLine {
  readonly name: string;
  readonly version?: string;
  readonly origin: string;
  readonly state: string;
}

/** Looks at everything; what takes time is asked at the same time. Changes nothing. */
export async function report(kernel: KernelView, io: Io): Promise<Report> {
  const asking = providers(kernel);
  const [asked, provider, found, settings, project, files, sandbox] = await Promise.all([
    asking,
    chosen(kernel, asking),
    programs(kernel),
    settingsStates(kernel),
    projectState(kernel),
    fileProblems(kernel),
    kernel.service("sandbox").then((service) => service?.check()),
  ]);
  const facts = {
    version: kernel.version,
    node: process.version,
    platform: `${process.platform} ${process.arch} ${release()}`,
    home: { path: kernel.home, writable: isWritable(kernel.home) },
    project,
    settings,
    provider,
    providers: asked,
    programs: found,
    ...(sandbox && { sandbox }),
    plugins: kernel.plugins.map(({ plugin: { name, version, origin = "in process" }, state }) => {
      return { name, ...(version !== undefined && { version }), origin, state };
    }),
    skipped: [...kernel.skipped].map(([name, why]) => ({ name, why })),
    warnings: kernel.warnings,
    files,
    terminal: terminal(io, kernel.env),
  };
  return { broken: [...brokenIn(facts), ...badValues(kernel)], ...facts };
}

function brokenIn({ node, home, settings, provider, providers, programs }: Omit<Report, "broken">): readonly string[] {
  const [major = 0, minor = 0] = node.replace(/^v/, "").split(".").map(Number);
  const old = major < NODE[0] || (major === NODE[0] && minor < NODE[1]);
  const usable = providers.some(({ name, usable }) => usable && name === provider.name);
  return [
    ...(old ? [`Node ${node} is too old; ${NODE.join(".")} or newer is needed.`] : []),
    ...(home.writable ? [] : [`${home.path} cannot be written to, so nothing can be kept there.`]),
    ...settings.flatMap(({ problem }) => (problem === undefined ? [] : [problem])),
    ...(usable ? [] : [`No model can be asked, because ${provider.why}.`]),
    ...programs
      .filter(({ needed, path }) => needed && path === undefined)
      .map(({ name, use }) => `The program ${name} (${use}) was not found on PATH.`),
  ];
}

/** Settings whose values do not fit what a plugin declares: that plugin would not start. */
function badValues(kernel: KernelView): readonly string[] {
  const sentences = kernel.plugins.flatMap(({ plugin }) => {
    try {
      kernel.settings.slice(plugin.settings, plugin.name);
      return [];
    } catch (error) {
      return [messageOf(error)];
    }
  });
  return [...new Set(sentences)];
}

async function settingsStates(kernel: KernelView): Promise<readonly SettingsState[]> {
  const there = settingsPlaces(kernel).filter(({ file }) => existsSync(file));
  return Promise.all(
    there.map(async ({ file, layer, reader }) => {
      try {
        await (await kernel.get("settingsFile", reader))?.read(file);
        return { file, layer };
      } catch (error) {
        return { file, layer, problem: messageOf(error) };
      }
    }),
  );
}

async function fileProblems(kernel: KernelView): Promise<readonly string[]> {
  const problems = (await (await kernel.service("catalogue"))?.problems()) ?? [];
  return problems.flatMap(({ severity, file, line, message }) =>
    severity === "info" ? [] : [`${file}${line === undefined ? "" : `:${line}`}: ${message}`],
  );
}

async function projectState(kernel: KernelView): Promise<Report["project"]> {
  const root = projectRoot(kernel);
  const service = await kernel.service("trust");
  const trusted = (await service?.of(root)) !== undefined;
  const waiting = kernel.settings.waiting().map(({ path, source }) => `${path} (${source})`);
  return { root, trusted, heldBack: [...new Set(waiting)] };
}

/** Whether a folder, or the one it would be made in, can be written to. */
function isWritable(dir: string): boolean {
  try {
    if (!existsSync(dir)) return dirname(dir) !== dir && isWritable(dirname(dir));
    accessSync(dir, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
