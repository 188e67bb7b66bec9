import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { builtins } from "nacre:builtins";
import type { Engine } from "../core/engine.js";
import { createKernel } from "../core/index.js";
import { discover, discoverProject } from "../core/layers.js";
import { projectRoot } from "../schemas/project-root.js";
import type { Kernel, Plugin, PluginPlaces } from "../core/types.js";
import type { Ask } from "../schemas/decision.js";
import type { Trust } from "../schemas/guards.js";
import { Trusted } from "../schemas/trusted.js";
import type { EndEvent, ResultEvent, TurnEvent } from "../schemas/event.js";
import type { Block } from "../schemas/message.js";
import type { Chunk, ModelRequest } from "../schemas/provider.js";
import type { SendOptions, Session, SessionInit } from "../schemas/session.js";

/** One thing a scripted model does in an answer. */
export type Step = { readonly say: string } | { readonly name: string; readonly input: object; readonly id?: string };

/** One answer of the scripted model. */
export type Turn = Step | readonly Step[];

/** The model says this. */
export function say(text: string): Step {
  return { say: text };
}

/** The model calls a tool. */
export function call(name: string, input: object, id?: string): Step {
  return { name, input, ...(id !== undefined && { id }) };
}

export interface BootOptions {
  /** Names of plugins that ship with nacre, or plugins made in memory. */
  readonly plugins?: readonly (string | Plugin)[];
  readonly script: readonly Turn[];
  /** What agents of a type answer, each from the beginning; those of other types play from `script`. */
  readonly agents?: Readonly<Record<string, readonly Turn[]>>;
  /** Files of the fresh working folder; those that begin with `~/` stand in the user's home, `~/.nacre` is nacre's. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** By dotted path, as if from flags. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly ask?: Ask;
  readonly session?: SessionInit;
  /** Use this folder instead of a fresh one; it is kept. */
  readonly dir?: string;
  readonly home?: string;
  /**
   * Looks for plugins in folders as the program does, once `plugins` are loaded: `~/.nacre`, `~/.claude`, `~/.agents`,
   * the same below the working folder (which counts as trusted), and `pluginDirs`. The plugins that find and read
   * folders are loaded without being named; those that read kinds of parts (`skills`, ...) are named in `plugins`:
   *
   *     boot({ plugins: ["skills"], discover: true, files: { ".claude/skills/x/SKILL.md": "---\nname: x\n---\n" } })
   */
  readonly discover?: boolean;
  /** What `--plugin-dir` names: absolute, or below the working folder. Means `discover`. */
  readonly pluginDirs?: readonly string[];
}

/** A kernel with a scripted model, a working folder of its own and one open session. */
export interface Shell extends AsyncDisposable {
  readonly kernel: Kernel;
  readonly session: Session;
  readonly dir: string;
  readonly home: string;
  readonly events: TurnEvent[];
  /** What the model was sent. */
  readonly requests: ModelRequest[];
  send(prompt: string | readonly Block[], options?: SendOptions): Promise<EndEvent>;
  results(): ResultEvent[];
  result(place: number): ResultEvent;
}

export async function boot(options: BootOptions): Promise<Shell> {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "nacre-test-")));
  const dir = options.dir ?? join(base, "work");
  const home = options.home ?? join(base, "home", ".nacre");
  mkdirSync(dir, { recursive: true });
  mkdirSync(home, { recursive: true });
  for (const [path, content] of Object.entries(options.files ?? {})) {
    const file = path.startsWith("~/") ? join(dirname(home), path.slice(2)) : join(dir, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  const kernel = createKernel({
    cwd: dir,
    home,
    env: options.env ?? { PATH: process.env["PATH"], HOME: dirname(home) },
  });
  const events: TurnEvent[] = [];
  const requests: ModelRequest[] = [];
  for (const [path, value] of Object.entries(options.settings ?? {})) kernel.set(path, value);
  const dirs = options.pluginDirs?.map((one) => resolve(dir, one)) ?? [];
  const finding = options.discover === true || options.pluginDirs !== undefined;
  const named = (options.plugins ?? []).map(pluginOf);
  const finders = finding ? builtins.filter((one) => findsPlugins(one) && !named.includes(one)) : [];
  await kernel.load(...named, ...finders, scripted(options, requests), watcher(events));
  if (finding) await loadFound(kernel, { userHome: dirname(home), project: projectRoot(dir, home), dirs });
  const session = await kernel.open({
    provider: "test-script",
    ...(options.ask && { ask: options.ask }),
    ...options.session,
  });
  return {
    kernel,
    session,
    dir,
    home,
    events,
    requests,
    send: (prompt, send) => session.send(prompt, send),
    results: () => events.filter((event) => event.type === "result"),
    result: (place) => events.filter((event) => event.type === "result")[place]!,
    async [Symbol.asyncDispose]() {
      await kernel[Symbol.asyncDispose]();
      rmSync(base, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

/** Those that find plugins in folders, read them, and run their code. */
function findsPlugins({ name, provides }: Plugin): boolean {
  return name === "isolation" || provides?.["discoverer"] !== undefined || provides?.["pluginFormat"] !== undefined;
}

async function loadFound(kernel: Kernel, places: Pick<PluginPlaces, "userHome" | "project" | "dirs">): Promise<void> {
  const { home, cwd } = kernel;
  const all = { ...places, home, cwd };
  await kernel.load(...(await discover(kernel as Kernel & Engine, all)));
  const held = await discoverProject(kernel as Kernel & Engine, { ...all, dirs: [] });
  await kernel.load(...held.release(new Trusted(all.project, () => true)));
}

/** Trusts every folder with all that is in it, or none. */
export function trusting(yes: boolean): Trust {
  const of: Trust["of"] = async (folder) => (yes ? new Trusted(folder, () => true) : undefined);
  const settle: Trust["settle"] = async (project) => {
    const trusted = await of(project);
    return { ...(trusted && { trusted }), warnings: [] };
  };
  return { of, settle, vouch: async () => {} };
}

function pluginOf(plugin: string | Plugin): Plugin {
  if (typeof plugin !== "string") return plugin;
  const found = builtins.find((one) => one.name === plugin);
  if (!found) throw new Error(`No plugin named ${plugin} ships with nacre.`);
  return found;
}

function watcher(events: TurnEvent[]): Plugin {
  return { name: "test-watcher", setup: (ctx) => ctx.tap("Event", (event) => void events.push(event)) };
}

/** A provider that plays turns by the number of answers already in the conversation. */
function scripted({ script, agents = {} }: BootOptions, requests: ModelRequest[]): Plugin {
  let asked = 0;
  return {
    name: "test-script",
    setup(ctx) {
      ctx.add("middleware", {
        name: "test-agents",
        model(request, signal, next, { agent, replies }) {
          const own = agent && agents[agent.type];
          if (!own) return next(request, signal);
          requests.push(request);
          return answer(own[replies.length], `${agent.id}-${replies.length}`);
        },
      });
      ctx.add("provider", {
        name: "test-script",
        defaultModel: "script-1",
        async *stream(request): AsyncGenerator<Chunk> {
          requests.push(request);
          yield* answer(script[asked++], String(asked));
        },
      });
    },
  };
}

async function* answer(turn: Turn | undefined, id: string): AsyncGenerator<Chunk> {
  if (!turn) return yield { type: "error", error: { kind: "config", message: "The test's script has ended." } };
  yield* play(Array.isArray(turn) ? turn : [turn], id);
}

function* play(steps: readonly Step[], turn: string): Generator<Chunk> {
  yield { type: "start", id: `msg-${turn}`, model: "script-1" };
  for (const [index, step] of steps.entries()) {
    if ("say" in step) {
      yield { type: "block", index, block: { type: "text", text: "" } };
      yield { type: "text", index, text: step.say };
    } else {
      const id = step.id ?? `call-${turn}-${index}`;
      yield { type: "block", index, block: { type: "tool_use", id, name: step.name } };
      yield { type: "input", index, json: JSON.stringify(step.input) };
    }
    yield { type: "block_end", index };
  }
  const stopReason = steps.some((step) => "name" in step) ? "tool_use" : "end_turn";
  yield { type: "stop", stopReason, usage: { input: 10, output: 5, cacheRead: 0, cacheWrite: 0 } };
}
