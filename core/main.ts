import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { builtins } from "nacre:builtins";
import { EXIT, UserError } from "../schemas/errors.js";
import type { Flag, FrontSpec, Invocation, Io } from "../schemas/front.js";
import { parseArgv, valuesOf, type Parsed } from "../schemas/argv.js";
import { projectRoot } from "../schemas/project-root.js";
import { NacreKernel } from "./kernel.js";
import { discover, readSettingsArgument, readSettingsFiles } from "./layers.js";
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

export interface Machine {
  readonly io: Io;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
}

/** Runs a command line. Resolves with the exit code; rejects with a UserError for what the user can mend. */
export async function main(argv: readonly string[], { io, env, version }: Machine): Promise<number> {
  const early = valuesOf(argv);
  const cwd = resolve(early("cwd").at(-1) ?? ".");
  const home = resolve(env["NACRE_HOME"] || join(env["HOME"] || homedir(), ".nacre"));
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
  const places = { home, userHome: env["HOME"] || homedir(), project, cwd };
  const found = safe ? [] : await discover(kernel, { ...places, origin: "user", dirs });
  const declared = [...builtins, ...found].flatMap((plugin) => (plugin.provides?.["flag"] ?? []) as readonly Flag[]);
  const parsed = parseArgv(argv, [...OWN, ...declared]);
  if (parsed.flags["version"] === true) return print(io, version);
  for (const argument of [env["NACRE_SETTINGS"] ?? [], early("settings")].flat())
    await readSettingsArgument(kernel, argument);
  applyFlags(kernel, parsed, declared, io);
  await kernel.load(...rest); // What ships with nacre first: its names cannot be taken.
  await kernel.load(...found);
  await joinProject(kernel, project, safe ? [] : await discover(kernel, { ...places, origin: "project", dirs: [] }));
  return await dispatch(kernel, { ...parsed, io });
}

/** What reads settings comes first, as they say which plugins are wanted; then what finds plugins; then all others. */
function inTurn(plugins: readonly Plugin[]): readonly [readonly Plugin[], readonly Plugin[], readonly Plugin[]] {
  const offers = ({ provides }: Plugin, ...kinds: string[]): boolean => kinds.some((kind) => provides?.[kind]);
  const mends = (plugin: Plugin): boolean => offers(plugin, "settingsFile");
  const finds = (plugin: Plugin): boolean => !mends(plugin) && offers(plugin, "discoverer", "pluginFormat", "kind");
  const others = (plugin: Plugin): boolean => !mends(plugin) && !finds(plugin);
  return [plugins.filter(mends), plugins.filter(finds), plugins.filter(others)];
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

/** The project's own plugins, once its folder is trusted. What waits is said once. */
async function joinProject(kernel: NacreKernel, project: string, plugins: readonly Plugin[]): Promise<void> {
  const waiting = [...kernel.settings.held(), ...plugins.map(({ name, dir }) => `plugin ${dir ?? name}`)];
  if (waiting.length === 0) return;
  if (await (await kernel.service("trust"))?.isTrusted(project)) {
    kernel.settings.trusted = true;
    return kernel.load(...plugins);
  }
  const rest = waiting.length > 5 ? ` and ${waiting.length - 5} more` : "";
  const list = waiting.slice(0, 5).join(", ") + rest;
  kernel.warnings.push(`${project} is not trusted, so this is not used: ${list}. Trust it with --trust-workspace.`);
}

async function dispatch(kernel: NacreKernel, invocation: Invocation): Promise<number> {
  const { flags, positionals, io } = invocation;
  const fronts = (kernel.all("front") as readonly FrontSpec[]).toSorted((a, b) => a.order - b.order);
  const asked = fronts.find((front) => front.flags?.some((flag) => flags[flag] !== undefined));
  const word = flags["help"] === true ? "help" : positionals[0];
  const words = positionals[1] === undefined ? undefined : `${word} ${positionals[1]}`; // `plugin install`
  const name = [words, word].find((one) => kernel.registry.find("subcommand", one ?? "")) ?? "";
  const subcommand = asked && word !== "help" ? undefined : await kernel.get("subcommand", name);
  const mends = kernel.all("subcommand").some((one) => one.name === subcommand?.name && one.withoutSettings);
  if (kernel.broken !== undefined && !mends) throw kernel.broken;
  if (subcommand)
    return subcommand.run({
      ...invocation,
      positionals: positionals.slice(word !== positionals[0] ? 0 : name === words ? 2 : 1),
    });
  for (const warning of kernel.warnings) io.stderr.write(`nacre: ${warning}\n`);
  // Touching stdin builds a stream, which costs a run that needs none about a millisecond.
  const terminal = (): boolean => Boolean(io.stdin.isTTY && io.stdout.isTTY);
  const fits = (one: FrontSpec): boolean =>
    positionals.length > 0 ? one.positional === true : one.terminal !== undefined && one.terminal === terminal();
  const front = asked ?? fronts.find(fits);
  const live = front && (await kernel.get("front", front.name));
  if (!live) throw new UserError("No front is installed that could take this command line.", EXIT.plugin);
  return live.run(invocation);
}

function print({ stdout }: Io, text: string): number {
  stdout.write(`${text}\n`);
  return EXIT.done;
}
