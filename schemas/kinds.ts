import type { Clock } from "./clock.js";
import type { PermissionUpdate } from "./decision.js";
import type { TurnEvent } from "./event.js";
import type { JsonObject, JsonValue } from "./json.js";
import type { ContextPart, Flag, Front, Invocation, Subcommand } from "./front.js";
import type { Chunk, ModelRequest, Provider, Usage } from "./provider.js";
import type { Session, SessionInit } from "./session.js";
import type { Tool, ToolContext, ToolOutput } from "./tool.js";
import type { Answer, PendingCall, Question, ToolCall } from "./decision.js";
import type { Command, Commands, CommandSource } from "./command.js";
import type { InstalledPlugins } from "./installed.js";
import type { Catalogue, KindReader, PartOwner, PluginFormat } from "./parts.js";

/** What stands between the loop and its two borders, model and tools. Composed in load order, outermost first. */
export interface Middleware {
  readonly name: string;
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

/** The permission gate's handle for fronts. */
export interface Permissions {
  /** The mode of a session, in its canonical spelling. */
  mode(session: Session): string;
  /** Throws a UserError for an unknown or forbidden mode. */
  setMode(session: Session, mode: string): void;
  /** Applies what came with an answer: rules, mode, folders. */
  apply(session: Session, updates: readonly PermissionUpdate[]): Promise<void>;
  /** Whether a search may show what is in this file. `path` is absolute. Asked once per file: cheap, and at once. */
  mayRead(session: Session, path: string): boolean;
  /**
   * Adds rules until the turn at hand ends (the next one, between turns): what a skill allows itself or does without.
   * They are written like those of settings; deny and ask rules of the user stay above an `allow`. `origin` is shown as
   * where the rule stands.
   */
  forTurn(
    session: Session,
    rules: { readonly allow?: readonly string[]; readonly deny?: readonly string[] },
    origin: string,
  ): void;
  /**
   * Whether one rule, written like those of settings, is about a call: what a hook's `if` asks. A command counts when
   * any part of it matches. True where the command cannot be read with certainty. Rejects with a UserError for what is
   * no rule.
   */
  matches(session: Session, rule: string, call: ToolCall): Promise<boolean>;
  /** What this gate alone says of a call, for those who show it. Nothing runs and nobody is asked. */
  judge(pending: PendingCall, session: Session): Promise<PendingCall>;
  /** Takes a line of shell apart into the simple commands it runs, by the grammar that calls are judged by. */
  readShell(line: string): Promise<ShellReading>;
}

/** A line of shell, as far as it can be read. */
export interface ShellReading {
  /** In the order of the text, those in substitutions, blocks and the texts of `sh -c` included. */
  readonly commands: readonly ShellCommand[];
  /** Why there may be more in it than `commands` says. Absent: it was read with certainty. */
  readonly unclear?: string;
}

export interface ShellCommand {
  /** Command word and arguments after quote removal; undefined where a word is computed. */
  readonly words: readonly (string | undefined)[];
  /** The command's own text. */
  readonly text: string;
}

/** The operating system's walls around commands. */
export interface Sandbox {
  /** What holds for a session's commands. Settled once, from the user's settings and the session's real root. */
  state(session: Session): Promise<SandboxState>;
  /**
   * The program to start in place of one. It is the same program where the sandbox is off or the command is excluded.
   * Rejects with a UserError where the sandbox was asked for and does not work: then nothing may be started.
   */
  wrap(session: Session, call: SandboxedCall): Promise<SandboxedProgram>;
}

export interface SandboxState {
  readonly active: boolean;
  /** One sentence: why it is not active, or which walls stand. */
  readonly reason: string;
}

export interface SandboxedCall {
  readonly callId: string;
  /** The shell line, for what is excluded by pattern. */
  readonly command: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** A person was shown that it runs without the sandbox, and allowed it. */
  readonly outside: boolean;
}

export interface SandboxedProgram {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Called once when it has ended: what the sandbox refused it, as lines for the model. */
  finished(exit: { readonly code: number | undefined; readonly output: string }): readonly string[];
}

/** Copies of files as they were before tools changed them. */
export interface Checkpoints {
  /** Everything that can be gone back to, newest first. */
  list(session: Session): Promise<readonly Checkpoint[]>;
  /** Puts files back to what they were before a prompt (`to`), or before the last change. */
  restore(session: Session, to: string | undefined): Promise<Restored>;
}

export interface Checkpoint {
  /** Names the prompt it was made for. */
  readonly id: string;
  /** The prompt's beginning. */
  readonly title: string;
  readonly at: number;
  /** Files changed from there to the next prompt. */
  readonly files: number;
}

export interface Restored {
  readonly files: readonly string[];
  /** One sentence for each file that was not put back, and why. */
  readonly problems: readonly string[];
}

/** Variables that commands of a session see beside the usual ones. */
export interface CommandEnvironment {
  /** Puts a set of variables in the place of the one given before under the same name. They hold for the session's agents too. */
  set(session: Session, name: string, variables: Readonly<Record<string, string>>): void;
}

/** What runs behind a session. */
export interface BackgroundTasks {
  list(session: Session): readonly BackgroundTask[];
}

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
}

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

export interface UsageReports {
  /** Counts what a session uses to the one it works for, as long as either lives. */
  include(child: Session, parent: Session): void;
  report(session: Session): UsageReport;
}

/** Decides whether a folder's own configuration may act. */
export interface Trust {
  /** `root` is a real path. The answer holds for this run. */
  isTrusted(root: string): Promise<boolean>;
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
