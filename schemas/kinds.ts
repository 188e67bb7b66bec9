import type { Clock } from "./clock.js";
import type { TurnEvent } from "./event.js";
import type { JsonObject, JsonValue } from "./json.js";
import type { ContextPart, Flag, Front, Invocation, Subcommand } from "./front.js";
import type { Chunk, ModelRequest, Provider, Usage } from "./provider.js";
import type { Session, SessionInit } from "./session.js";
import type { Effect, Tool, ToolContext, ToolOutput } from "./tool.js";
import type { Answer, Question, ToolCall } from "./decision.js";
import type { Checkpoints, Permissions, Sandbox, Trust } from "./guards.js";
import type { Command, Commands, CommandSource } from "./command.js";
import type { InstalledPlugins } from "./installed.js";
import type { Isolation } from "./isolation.js";
import type { Catalogue, KindReader, PartOwner, PluginFormat } from "./parts.js";

/** What stands between the loop and its two borders, model and tools. Composed in load order, outermost first. */
export interface Middleware {
  readonly name: string;
  /** Where it stands, for a manifest: its code is not loaded before something passes there. Everywhere, when absent. */
  readonly around?: readonly ("model" | "tool" | "ask")[];
  /** With `around`: effects of the calls it is for; all, when absent. */
  readonly effects?: readonly Effect[];
  model?(
    request: ModelRequest,
    signal: AbortSignal,
    next: (request: ModelRequest, signal: AbortSignal) => AsyncIterable<Chunk>,
    session: Session,
  ): AsyncIterable<Chunk>;
  tool?(call: ToolCall, context: ToolContext, next: () => Promise<ToolOutput>): Promise<ToolOutput>;
  /** Before a person is asked, also where nobody is there to ask: then `next` resolves with undefined. */
  ask?(
    question: Question,
    signal: AbortSignal,
    next: (question: Question) => Promise<Answer | undefined>,
    session: Session,
  ): Promise<Answer | undefined>;
}

/** What one plugin offers to the others, by name. Whoever uses one says what happens without it. */
export interface Services {
  permissions: Permissions;
  transcripts: Transcripts;
  usage: UsageReports;
  trust: Trust;
  catalogue: Catalogue;
  commands: Commands;
  shellHooks: ShellHooks;
  commandEnvironment: CommandEnvironment;
  backgroundTasks: BackgroundTasks;
  settingsWriter: SettingsWriter;
  installed: InstalledPlugins;
  agents: Agents;
  outputStyles: OutputStyles;
  sandbox: Sandbox;
  checkpoints: Checkpoints;
  isolation: Isolation;
}

/** How answers are written. */
export interface OutputStyles {
  /** The style a session was told of last. */
  current(session: Session): string;
  names(): Promise<readonly string[]>;
}

/** An item of the kind `service`. */
export type Service = {
  [N in keyof Services]: { readonly name: N; readonly service: Services[N] };
}[keyof Services];

/** Variables that commands of a session see beside the usual ones. */
export interface CommandEnvironment {
  /** Puts a set of variables in the place of the one given before under the same name. They hold for the session's agents too. */
  set(session: Session, name: string, variables: Readonly<Record<string, string>>): void;
}

/** What runs behind a session. */
export interface BackgroundTasks {
  list(session: Session): readonly BackgroundTask[];
}

/** Work that goes on beside the conversation. */
export interface BackgroundTask {
  readonly id: string;
  readonly type: string;
  readonly status: "running";
  readonly description: string;
  readonly command?: string;
}

/** Who can be given work, by name. */
export interface Agents {
  list(): Promise<readonly { readonly name: string; readonly description: string; readonly origin: string }[]>;
  /** Adds agents for this run: a table of name to description, prompt and the fields of agent files. Rejects with a UserError. */
  define(agents: JsonValue, from: string): Promise<void>;
  /**
   * What the main conversation is opened with when it works as this agent; the rest follows when it begins. Throws a
   * UserError that names the agents there are.
   */
  main(name: string): Promise<SessionInit>;
}

/** Changes settings files: comments and other keys stay, the file is replaced at once or not at all. */
export interface SettingsWriter {
  /**
   * Writes a value below a dotted key; parts with dots in them are quoted. undefined takes the key out. Resolves with one
   * sentence on what was done; throws a UserError.
   */
  set(key: string, value: unknown, scope: "user" | "project" | "local"): Promise<string>;
  /**
   * Changes a list of texts where it is written: what others add to it at the same time stays. Resolves with the file and
   * what a person should know; throws a UserError.
   */
  change(
    key: string,
    change: ListChange,
    scope: "user" | "project" | "local",
  ): Promise<{ readonly file: string; readonly notes: readonly string[] }>;
}

/** What becomes of a list. What is in it already is not added again. */
export interface ListChange {
  readonly add?: readonly string[];
  readonly remove?: readonly string[];
  /** "remove": nothing stays but what is added. */
  readonly others?: "remove";
}

/** Hooks written in files, for those who find some elsewhere than in settings and plugins. */
export interface ShellHooks {
  /**
   * Puts hooks of a skill's or an agent's front matter in force for a session. What comes back takes them out again.
   * Faults in them become notices and cost the faulty entry alone.
   */
  add(session: Session, hooks: JsonValue, from: HookSource): () => void;
}

/** Where hooks come from. */
export interface HookSource {
  /** For people: `skill review`, `agent code-reviewer`. */
  readonly label: string;
  /** The file they are written in. */
  readonly file: string;
  /** The plugin whose folder and data folder their variables name. */
  readonly plugin?: PartOwner;
  /** An agent's own: `Stop` means the end of that agent. */
  readonly agent?: boolean;
}

/** Sessions on disk. */
export interface Transcripts {
  /**
   * What --continue, --resume, --fork-session, --session-id and --name ask for, ready for `kernel.open`. Takes the
   * session's lock: from here on it is this process's to write. Throws a UserError.
   */
  opening(flags: Invocation["flags"], options: { readonly headless: boolean }): Promise<SessionInit>;
  /** By id, unambiguous beginning of an id, name or path. Throws a UserError that says what is there instead. */
  find(session: string, cwd: string): Promise<Transcript>;
  /** The newest of a folder. */
  latest(cwd: string, options: { readonly headless: boolean }): Promise<Transcript | undefined>;
  list(cwd?: string): Promise<readonly Transcript[]>;
  /**
   * Adds events to a session that nobody has open, so that it goes on with them when it is taken up. Rejects with a
   * UserError when somebody has it open.
   */
  append(transcript: Transcript, events: readonly TurnEvent[]): Promise<void>;
}

/** A session on disk. `modified` is in milliseconds since 1970. */
export interface Transcript {
  readonly id: string;
  readonly path: string;
  readonly name?: string;
  readonly cwd: string;
  readonly modified: number;
  readonly bytes: number;
  /** The first prompt's beginning. */
  readonly title?: string;
  /** Folded by `kernel.open`. Damaged lines are skipped and counted in `damaged`. */
  events(): AsyncIterable<TurnEvent>;
  readonly damaged: () => number;
}

/** What a run has used. Costs are US dollars. */
export interface UsageReport {
  readonly total: Usage & { readonly cost: number; readonly calls: number; readonly ms: number };
  readonly models: Readonly<
    Record<string, Usage & { readonly cost: number; readonly calls: number; readonly contextWindow?: number }>
  >;
  /** Tokens a tool's definitions and results put into requests, estimated where a provider does not say. */
  readonly tools: Readonly<
    Record<string, { readonly calls: number; readonly tokens: number; readonly plugin: string }>
  >;
}

/** Tells what sessions have used. */
export interface UsageReports {
  /** Counts what a session uses to the one it works for, as long as either lives. */
  include(child: Session, parent: Session): void;
  report(session: Session): UsageReport;
}

/** Where settings files stand, and what reads them; the files are looked for by name, so most runs read nothing. */
export interface SettingsFile {
  readonly name: string;
  readonly layer: "user" | "project" | "local" | "managed";
  /** Below nacre's home, the user's, the project's root, or absolute. */
  readonly base: "home" | "userHome" | "project" | "machine";
  /** Paths below the base, in ascending precedence. */
  readonly paths: readonly string[];
  /** The file's table. Throws a UserError with file, line and column. */
  read(file: string): Promise<JsonObject>;
}

/** The kinds that plugins share. A private kind is merged into `Registries` by its owner. */
export interface SharedKinds {
  kind: KindReader;
  pluginFormat: PluginFormat;
  command: Command;
  commandSource: CommandSource;
  tool: Tool;
  provider: Provider;
  front: Front;
  flag: Flag;
  subcommand: Subcommand;
  context: ContextPart;
  service: Service;
  middleware: Middleware;
  clock: Clock;
  settingsFile: SettingsFile;
}

/** An item as it can be listed without running anything: its data, not its functions. */
export type Listed<T> = {
  readonly [P in keyof T as T[P] extends (...args: never) => unknown ? never : P]: T[P];
};
