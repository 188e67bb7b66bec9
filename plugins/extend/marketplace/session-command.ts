import { PassThrough } from "node:stream";
import type { KernelView } from "../../../core/types.js";
import { UserError } from "../../../schemas/errors.js";
import type { CommandAnswer, CommandCall } from "../../../schemas/command.js";
import type { Flag } from "../../../schemas/front.js";
import { parseArgv } from "../../../schemas/argv.js";
import { splitWords } from "../split-words.js";
import { printable } from "../../../schemas/printable.js";
import { readInstalled } from "./state/installed-file.js";
import { findInstalled } from "./find-installed.js";
import type { Start } from "./start.js";
import { pathsOf } from "./paths.js";
import { runVerb, verbName, VERB_NAMES } from "./verbs/verbs.js";
import { projectRoot } from "../../../schemas/project-root.js";

/** Verbs that change nothing. */
const READING: ReadonlySet<string> = new Set(["search", "details"]);

/** Runs `/plugin VERB ...` and answers with what the same command line would print. */
export async function pluginCommand(
  kernel: KernelView,
  start: Start,
  { args, session }: CommandCall,
): Promise<CommandAnswer> {
  const { flags, positionals } = parseArgv(splitWords(args), kernel.all("flag") as readonly Flag[]);
  const [word, ...rest] = positionals;
  if (word === undefined) return { answer: overview(kernel) };
  const said: string[] = [];
  const stream = (): NodeJS.WritableStream => {
    const through = new PassThrough();
    through.on("data", (part: Buffer) => said.push(part.toString("utf8")));
    return through;
  };
  const io = { stdin: new PassThrough(), stdout: stream(), stderr: stream() };
  const before = idsOf(kernel);
  try {
    const name = verbName(word);
    if (name !== undefined && !READING.has(name) && session.headless) {
      throw new UserError(
        `A prompt changes no plugins in a run that nobody watches; say nacre plugin ${word} on a command line.`,
      );
    }
    if (name !== undefined) await runVerb(kernel, name, { flags, positionals: rest, io });
    else await (await listing(kernel, word)).run({ flags, positionals: [word, ...rest], io });
    if (name === "disable") for (const plugin of named(kernel, rest[0])) await kernel.unload(plugin);
    else await apply(kernel, start, before);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    said.push(`${error.message}\n`);
  }
  return { answer: said.join("").trimEnd() };
}

async function listing(kernel: KernelView, word: string): Promise<NonNullable<Awaited<ReturnType<typeof get>>>> {
  const plugin = word === "list" || word === "bill" ? await get(kernel) : undefined;
  if (plugin) return plugin;
  throw new UserError(`/plugin does not know "${word}"; it knows list, ${VERB_NAMES.join(", ")}.`);
}

function get(kernel: KernelView): ReturnType<typeof kernel.get<"subcommand">> {
  return kernel.get("subcommand", "plugin");
}

function overview(kernel: KernelView): string {
  const all = readInstalled(pathsOf(kernel.home).installed);
  const lines = all.map(({ id, version }) => printable(`${id} ${version}`));
  return [
    ...(lines.length > 0 ? lines : ["No plugin is installed."]),
    "",
    `/plugin ${VERB_NAMES.join(" | ")} | list`,
  ].join("\n");
}

function idsOf({ plugins }: KernelView): ReadonlyMap<string, string> {
  const installed = plugins.map(({ plugin }) => plugin).filter(({ origin }) => origin === "installed");
  return new Map(installed.map(({ id, name, dir }) => [`${id} ${dir}`, name]));
}

/** Installed plugins of this session that are meant by a word. */
function named({ plugins }: KernelView, word: string | undefined): readonly string[] {
  const installed = plugins.map(({ plugin }) => plugin).filter(({ origin }) => origin === "installed");
  return installed
    .filter(({ id }) => word === undefined || id === word || id?.startsWith(`${word}@`))
    .map(({ name }) => name);
}

/** Takes plugins that are new, gone or exchanged into the session that runs. */
async function apply(kernel: KernelView, start: Start, before: ReadonlyMap<string, string>): Promise<void> {
  (await start.verifier()).forget();
  const { home, cwd, env } = kernel;
  const places = { home, userHome: env["HOME"] ?? "", project: projectRoot(cwd, home), cwd, dirs: [] };
  const trusted = await (await kernel.service("trust"))?.of(places.project);
  const origins = trusted ? (["user", "project"] as const) : (["user"] as const);
  const found = await Promise.all(origins.map((origin) => findInstalled({ ...places, origin }, start)));
  const now = new Map(found.flatMap(({ plugins }) => plugins).map((plugin) => [`${plugin.id} ${plugin.dir}`, plugin]));
  for (const [key, name] of before) if (!now.has(key)) await kernel.unload(name);
  const fresh = [...now].filter(([key]) => !before.has(key)).map(([, plugin]) => plugin);
  if (fresh.length > 0) await kernel.load(...fresh);
  await (await kernel.service("catalogue"))?.refresh();
}
