import { resolve } from "node:path";
import { builtins } from "nacre:builtins";
import { EXIT, UserError } from "../schemas/errors.js";
import type { Flag, Invocation, Io } from "../schemas/front.js";
import { nacreHome } from "../schemas/nacre-home.js";
import { routeOf } from "../schemas/route.js";
import { inTurn } from "../hooks/order.js";
import { parseArgv, valuesOf, type Parsed } from "../schemas/argv.js";
import { projectRoot } from "../schemas/project-root.js";
import { NacreKernel } from "./kernel.js";
import type { AskForTrust } from "../schemas/guards.js";
import type { Held } from "../schemas/trusted.js";
import { discover, discoverProject, readSettingsArgument, readSettingsFiles } from "./layers.js";
import { realFolder } from "../schemas/real-folder.js";
import { userHome } from "../schemas/user-home.js";
import type { Plugin } from "./types.js";

/** What the executable itself understands; every other flag belongs to a plugin. */
const OWN: readonly Flag[] = [
  { name: "plugin-dir", type: "list", value: "DIR", description: "Load a plugin, or every plugin of a folder" },
  { name: "cwd", type: "string", value: "DIR", description: "Work in this folder" },
  { name: "safe-mode", type: "boolean", description: "Start without any plugin that does not ship with nacre" },
  { name: "version", short: "v", type: "boolean", description: "Print the version" },
  { name: "help", short: "h", type: "boolean", description: "Print this help" },
  { name: "verbose", type: "boolean", description: "Show more, stack traces of errors included" },
];

/** Warnings that are written out: thousands of plugins may have the same thing wrong with them. */
const WARNINGS = 50;

export interface Machine {
  readonly io: Io;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
}

/** Runs a command line. Resolves with the exit code; rejects with a UserError for what the user can mend. */
export async function main(argv: readonly string[], { io, env, version }: Machine): Promise<number> {
  const early = valuesOf(argv);
  const named = resolve(early("cwd").at(-1) ?? ".");
  const cwd = realFolder(named, named); // Whose configuration counts is not for a link to say.
  const home = nacreHome(env);
  const kernel = new NacreKernel({ cwd, home, env, version });
  await using _closing = kernel;
  const project = projectRoot(cwd, home);
  const safe = argv.includes("--safe-mode") || argv.includes("--safeMode");
  const [mend, find, rest] = inTurn(builtins);
  for (const { settings, name } of builtins) kernel.settings.declare(settings, name); // What reads files looks them up.
  await kernel.load(...mend);
  await readSettingsFiles(kernel, project, early("setting-sources").at(-1));
  await kernel.load(...find);
  const dirs = early("plugin-dir").map((dir) => resolve(cwd, dir));
  const places = { home, userHome: userHome(env), project, cwd };
  const found = safe ? [] : await discover(kernel, { ...places, dirs });
  const declared = [...builtins, ...found].flatMap((plugin) => (plugin.provides?.["flag"] ?? []) as readonly Flag[]);
  const parsed = parseArgv(argv, [...OWN, ...declared]);
  if (parsed.flags["version"] === true) return print(io, version);
  for (const argument of [env["NACRE_SETTINGS"] ?? [], early("settings")].flat())
    await readSettingsArgument(kernel, argument);
  applyFlags(kernel, parsed, declared, io);
  await kernel.load(...rest); // What ships with nacre first: its names cannot be taken.
  await kernel.load(...found);
  const invocation = { ...parsed, io };
  const held = safe ? undefined : await discoverProject(kernel, { ...places, dirs: [] });
  await joinProject(kernel, project, held, invocation);
  return await dispatch(kernel, invocation);
}

/** Flags that stand for settings go into a layer of their own. */
function applyFlags(kernel: NacreKernel, { flags }: Parsed, declared: readonly Flag[], io: Io): void {
  for (const flag of declared) {
    const given = flags[flag.name];
    if (given === undefined) continue;
    if (flag.ignored !== undefined) io.stderr.write(`--${flag.name} has no effect here: ${flag.ignored}\n`);
    if (flag.setting === undefined || given === false) continue;
    const value = given === true ? (flag.writes ?? true) : given;
    kernel.settings.set(flag.setting, value, `--${flag.name}`);
  }
}

/** The project's own plugins; none in safe mode. */
type Waiting = Held<readonly Plugin[]> | undefined;

/** What a project brings acts once the person has agreed to it. A project that brings nothing costs nothing. */
async function joinProject(kernel: NacreKernel, project: string, held: Waiting, invocation: Invocation): Promise<void> {
  if (kernel.settings.waiting().length === 0 && !held?.names.length) return;
  const { front } = kernel.broken === undefined ? routeOf(invocation, kernel.registry) : {};
  const ask: AskForTrust = async (question) =>
    (await kernel.get("front", front?.name ?? ""))?.askForTrust?.(question, invocation);
  const trust = await kernel.service("trust");
  const settled = await trust?.settle(project, held?.names ?? [], front?.terminal === true ? ask : undefined);
  kernel.warnings.push(...(settled?.warnings ?? [`Nothing of ${project} acts: no plugin decides about trust.`]));
  if (!settled?.trusted) return;
  kernel.settings.admit(settled.trusted);
  if (held) await kernel.load(...held.release(settled.trusted));
}

async function dispatch(kernel: NacreKernel, invocation: Invocation): Promise<number> {
  const { subcommand: name = "", words, front } = routeOf(invocation, kernel.registry);
  const subcommand = await kernel.get("subcommand", name);
  const mends = kernel.all("subcommand").some((one) => one.name === subcommand?.name && one.withoutSettings);
  if (kernel.broken !== undefined && !mends) throw kernel.broken;
  if (subcommand) return subcommand.run({ ...invocation, positionals: invocation.positionals.slice(words) });
  for (const warning of kernel.warnings.slice(0, WARNINGS)) invocation.io.stderr.write(`nacre: ${warning}\n`);
  const more = kernel.warnings.length - WARNINGS;
  if (more > 0) invocation.io.stderr.write(`nacre: There are ${more} warnings more like these.\n`);
  const live = front && (await kernel.get("front", front.name));
  if (!live) throw new UserError("No front is installed that could take this command line.", EXIT.plugin);
  return live.run(invocation);
}

function print({ stdout }: Io, text: string): number {
  stdout.write(`${text}\n`);
  return EXIT.done;
}
