import { basename } from "node:path";
import { live } from "../../../core/live.js";
import type { PluginContext, Setup } from "../../../core/types.js";
import type { Command } from "../../../schemas/command.js";
import type { Front, Subcommand } from "../../../schemas/front.js";
import type { KindReader } from "../../../schemas/parts.js";
import type { Session } from "../../../schemas/session.js";
import { Book } from "./book.js";
import { fire, wants, type Bridge } from "./bridge.js";
import { EnvFiles } from "./env-files.js";
import { FileWatch, type FileEvent } from "./file-watch.js";
import type { Desk } from "./job.js";
import { Processes } from "./process.js";
import { Runner } from "./runner.js";
import { Inputs } from "./scene.js";
import { SettingsHooks } from "./settings-hooks.js";
import { BeforePerson } from "./tap-ask.js";
import { tapEvents } from "./tap-events.js";
import { tapPrompt } from "./tap-prompt.js";
import { tapSession, watchWanted } from "./tap-session.js";
import { tapTools } from "./tap-tools.js";
import { tapTurn } from "./tap-turn.js";
import { Environments } from "./variables.js";
import { WorkerPool } from "./workers.js";

/** Runs what users and plugins have written to be run when something happens. */
const setup: Setup = (ctx) => {
  const bridge = bridgeOf(ctx);
  ctx.add(
    "kind",
    live<KindReader>({ name: "hook", read: async (places) => (await import("./read-parts.js")).readParts(places) }),
  );
  ctx.add("service", {
    name: "shellHooks",
    service: {
      add(session, hooks, from) {
        void bridge.book.refresh(); // Whether hooks are off as a whole counts for these too.
        return bridge.book.add(session, hooks, from);
      },
    },
  });
  tapSession(bridge);
  tapPrompt(bridge);
  tapTools(bridge);
  tapTurn(bridge);
  tapEvents(bridge);
  ctx.add("middleware", new BeforePerson(bridge));
  addCommands(ctx, bridge);
};
export default setup;

function addCommands(ctx: PluginContext, bridge: Bridge): void {
  ctx.add(
    "command",
    live<Command>({
      name: "hooks",
      run: async () => ({ answer: (await import("./list-text.js")).listText(bridge.book.all()) }),
    }),
  );
  ctx.add(
    "front",
    live<Front>({
      name: "hook-setup",
      run: async (invocation) => (await import("./setup-front.js")).runSetup(bridge, invocation),
    }),
  );
  ctx.add(
    "subcommand",
    live<Subcommand>({
      name: "hook",
      run: async (invocation) => (await import("../need-verb.js")).needVerb(ctx, "hook", invocation),
    }),
  );
  for (const name of ["run", "log", "list"] as const) {
    ctx.add(
      "subcommand",
      live<Subcommand>({
        name: `hook ${name}`,
        run: async (invocation) => {
          const commands = await import("./commands.js");
          return commands[name](bridge, invocation);
        },
      }),
    );
  }
}

function bridgeOf(ctx: PluginContext): Bridge {
  const { kernel } = ctx;
  const processes = new Processes();
  const inputs = new Inputs(kernel);
  const workers = new WorkerPool();
  const settings = new SettingsHooks(kernel);
  let main: Session | undefined;
  const said = new Set<string>();
  const say = (text: string): void => {
    if (said.has(text)) return;
    said.add(text);
    if (main) warn(ctx, main, text);
    else early.push(text);
  };
  const early: string[] = [];
  ctx.tap("Event", (event, session) => {
    if (event.type !== "session" || session.agent) return;
    main = session;
    queueMicrotask(() => {
      for (const text of early.splice(0)) warn(ctx, session, text);
    });
  });
  const book = new Book(kernel, settings, say);
  const environments = new Environments(kernel);
  const desk: Desk = { kernel, processes, inputs, environments, workers, limits: () => book.limits };
  const runner = new Runner(ctx, book, desk);
  const envFiles = new EnvFiles(kernel, processes);
  const watch = new FileWatch((file, event) => {
    if (main) fileChanged(bridge, main, file, event).catch(() => undefined); // The next change is told again.
  });
  const bridge: Bridge = {
    ctx,
    book,
    runner,
    inputs,
    settings,
    envFiles,
    watch,
    marks: new WeakMap(),
    unsaid: () => early.splice(0),
    turns: new WeakMap(),
  };
  ctx.onDispose(() => {
    watch.close();
    workers.endAll();
    processes.endAll();
  });
  return bridge;
}

function warn({ kernel, plugin }: PluginContext, session: Session, text: string): void {
  session.emit({ type: "notice", at: kernel.clock.now(), level: "warning", text, plugin: plugin.name });
}

async function fileChanged(bridge: Bridge, session: Session, file: string, event: FileEvent): Promise<void> {
  if (!wants(bridge, "FileChanged", session)) return;
  const envFile = bridge.envFiles.open(session.id, "folder");
  const outcomes = await fire(bridge, "FileChanged", session, {
    value: basename(file),
    input: { file_path: file, event },
    ...(envFile && { envFile }),
  });
  watchWanted(bridge.watch, outcomes);
  await bridge.envFiles.take(session);
}
