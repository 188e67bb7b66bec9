import { builtins } from "nacre:builtins";
import { createKernel, type Kernel, type Plugin, type PluginContext } from "../../../core/index.js";
import type { NacreKernel } from "../../../core/kernel.js";
import { readSettingsFiles } from "../../../core/layers.js";
import { projectRoot } from "../../../schemas/project-root.js";
import { EXIT, UserError } from "../../../schemas/errors.js";
import type { TurnEvent } from "../../../schemas/event.js";
import type { Session, SessionInit } from "../../../schemas/session.js";
import type { Hooks, QueryOptions } from "./options.js";

declare const NACRE_VERSION: string;

type Tell = (event: TurnEvent) => void;

/** The name under which what a program brings along is known in reports. */
const OWN = "embed";

/** A kernel with all plugins that a query needs. Rejects with a UserError for options and files that are wrong. */
export async function openKernel(options: QueryOptions, tell: Tell): Promise<Kernel> {
  const { cwd, home, env, settings = {}, permissionMode } = options;
  const place = { ...(cwd !== undefined && { cwd }), ...(home !== undefined && { home }), ...(env && { env }) };
  const kernel = createKernel({ version: NACRE_VERSION, ...place });
  try {
    const shipped = chosen(options.plugins?.without ?? []);
    const early = shipped.filter(({ provides }) => provides?.["settingsFile"] !== undefined);
    await kernel.load(...early);
    const project = projectRoot(kernel.cwd, kernel.home);
    await readSettingsFiles(kernel as NacreKernel, project, (options.settingSources ?? []).join(","));
    for (const [path, value] of Object.entries(settings)) kernel.set(path, value);
    if (permissionMode !== undefined) kernel.set("permissions.defaultMode", permissionMode);
    const late = shipped.filter((plugin) => !early.includes(plugin));
    await kernel.load(...late, ...(options.plugins?.add ?? []), own(options, tell));
    const failure = kernel.skipped.get(OWN);
    if (failure !== undefined) throw new UserError(failure, EXIT.plugin);
    return kernel;
  } catch (error) {
    await kernel[Symbol.asyncDispose]();
    throw error;
  }
}

/** Opens the session a query runs in; what the kernel had to say until then comes first. */
export async function openSession(kernel: Kernel, options: QueryOptions, tell: Tell): Promise<Session> {
  const { provider, model, maxTurns, system, canUseTool, resume } = options;
  for (const text of kernel.warnings) tell({ type: "notice", at: kernel.clock.now(), level: "warning", text });
  return kernel.open({
    ...(resume !== undefined && (await past(kernel, resume))),
    ...(provider !== undefined && { provider }),
    ...(model !== undefined && { model }),
    ...(maxTurns !== undefined && { maxTurns }),
    ...(system !== undefined && { system: [system].flat() }),
    ...(canUseTool && { ask: canUseTool }),
    headless: true,
  });
}

async function past(kernel: Kernel, resume: string): Promise<SessionInit> {
  const transcripts = await kernel.service("transcripts");
  if (!transcripts) throw new UserError("resume needs sessions on disk, and no plugin that keeps them is loaded.");
  return transcripts.opening({ resume }, { headless: true });
}

/** Everything that ships, without what serves a command line and what is not wanted. */
function chosen(without: readonly string[]): readonly Plugin[] {
  const unknown = without.find((name) => !builtins.some((plugin) => plugin.name === name));
  if (unknown !== undefined) throw new UserError(`plugins.without: no plugin named "${unknown}" ships with nacre.`);
  return builtins.filter(({ name, provides }) => provides?.["front"] === undefined && !without.includes(name));
}

/** The plugin that stands for the program: its tools and hooks, and its ear. */
function own({ tools = [], hooks = {} }: QueryOptions, tell: Tell): Plugin {
  return {
    name: OWN,
    origin: "in process",
    setup(ctx) {
      let first: Session | undefined;
      for (const tool of tools) ctx.add("tool", tool);
      for (const point of Object.keys(hooks) as (keyof Hooks)[]) tap(ctx, hooks, point);
      // Sessions that plugins open under this one have streams of their own.
      ctx.tap("Event", (event, session) => {
        first ??= session;
        if (session === first) tell(event);
      });
    },
  };
}

function tap<P extends keyof Hooks>(ctx: PluginContext, hooks: Hooks, point: P): void {
  const fn = hooks[point];
  if (fn) ctx.tap(point, fn);
}
