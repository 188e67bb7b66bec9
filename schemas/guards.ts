import type { PendingCall, PermissionUpdate, ToolCall } from "./decision.js";
import type { Session } from "./session.js";
import type { Acting, Trusted, TrustQuestion } from "./trusted.js";

/** The permission gate's handle for fronts. */
export interface Permissions {
  /** The mode of a session, in its canonical spelling. */
  mode(session: Session): string;
  /** Throws a UserError for an unknown or forbidden mode. */
  setMode(session: Session, mode: string): void;
  /** Applies what came with an answer: rules, mode, folders. */
  apply(session: Session, updates: readonly PermissionUpdate[]): Promise<void>;
  /**
   * Whether a search may show what is in this file. `path` is absolute. Asked once per file: cheap, and at once. Without
   * a session: whether what settings say lets it be shown.
   */
  mayRead(session: Session | undefined, path: string): boolean;
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
  /** Whether a call is known to change nothing, for those who keep what calls change. False where that is not certain. */
  onlyReads(session: Session, call: ToolCall): Promise<boolean>;
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

/** One simple command of a line. */
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
  /** Whether it is switched on and works on this machine, for reports. Starts one short program. */
  check(): Promise<SandboxState>;
  /**
   * The program to start in place of one. It is the same program where the sandbox is off or the command is excluded,
   * and, once that was said, where it does not work and commands are asked about as if it were off. Rejects with a
   * UserError where the command counts on walls that cannot be put up: then nothing may be started.
   */
  wrap(session: Session, call: SandboxedCall): Promise<SandboxedProgram>;
  /**
   * The program to start in place of one that is no command of a session, a plugin's process: it sees what it names and
   * what every program needs, and nothing else. Holds whatever the settings say of commands. Undefined where this
   * system has no such walls.
   */
  enclose(program: EnclosedProgram): Promise<Enclosed | undefined>;
}

/** A program that is to run behind walls of its own, apart from any session. */
export interface EnclosedProgram {
  readonly file: string;
  readonly args: readonly string[];
  /** Where it starts. The folder is there for it, and empty unless it may read it. */
  readonly cwd: string;
  /** Files and folders that it may read, and those that it may write as well. What is not there is left out. */
  readonly read: readonly string[];
  readonly write: readonly string[];
  readonly network: boolean;
}

/** The same behind its walls, ready to be started. */
export interface Enclosed {
  readonly file: string;
  readonly args: readonly string[];
  /** Open files that it needs, by the number it gets each under. */
  readonly files: ReadonlyMap<number, number>;
  /** To be called once it has been started, or could not be. */
  started(): void;
}

/** Whether commands are confined here. */
export interface SandboxState {
  readonly active: boolean;
  /** One sentence: why it is not active, or which walls stand. */
  readonly reason: string;
}

/** A command that a tool is about to start. */
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

/** What to start in its place. */
export interface SandboxedProgram {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Open files that the program needs, by the number it gets each under; `finished` closes them. */
  readonly files?: ReadonlyMap<number, number>;
  /** Called once when it has ended: what the sandbox refused it, as lines for the model. Never rejects. */
  finished(exit: { readonly code: number | undefined; readonly output: string }): Promise<readonly string[]>;
}

/** Copies of files as they were before tools changed them. */
export interface Checkpoints {
  /** Every prompt that can be gone back to, newest first. */
  list(session: Session): Promise<readonly Checkpoint[]>;
  /** The changes themselves, newest first; those that took others back among them. */
  changes(session: Session): Promise<readonly FileChange[]>;
  /**
   * Goes back to before a prompt (`to`), or takes the last change of files back. Putting back is a change of its own,
   * which can be taken back in turn. Rejects with a UserError when there is nothing to go back to.
   */
  restore(session: Session, to: string | undefined, options?: RestoreOptions): Promise<Restored>;
}

/** How files and conversation are to go back. */
export interface RestoreOptions {
  /** With `to`: what goes back; files, when absent. */
  readonly what?: "files" | "conversation" | "both";
  /** Without `to`: the last taking back is taken back. */
  readonly redo?: boolean;
  /** Says what would be done and does nothing. */
  readonly dryRun?: boolean;
  /** Also what somebody else has changed since. */
  readonly force?: boolean;
}

/** A prompt that can be gone back to. `at` is in milliseconds since 1970. */
export interface Checkpoint {
  /** Names the prompt it was made for. */
  readonly id: string;
  /** The prompt's beginning. */
  readonly title: string;
  readonly at: number;
  /** Files changed from there to the next prompt. */
  readonly files: number;
}

/** What one call of a tool changed. */
export interface FileChange {
  readonly id: string;
  readonly at: number;
  /** The prompt it was done for. */
  readonly prompt: string;
  readonly tool: string;
  readonly title: string;
  /** Absolute paths. */
  readonly files: readonly string[];
  /** What it changed beside them and cannot be put back, a few words each. */
  readonly lost: readonly string[];
  /** It was taken back. */
  readonly undone: boolean;
  /** Its copies were removed to make room. */
  readonly trimmed: boolean;
  /** The changes that it took back. */
  readonly undoes?: readonly string[];
}

/** What came of going back. */
export interface Restored {
  /** What was taken back, in a few words. */
  readonly what: string;
  /** Absolute paths. */
  readonly files: readonly string[];
  /** One sentence for each file that was not put back, and why. */
  readonly problems: readonly string[];
  /** Sentences on how sure this is. */
  readonly notes: readonly string[];
  /** The change that the putting back is itself; absent when no file was put back. */
  readonly id?: string;
}

/** Decides whether a folder's own configuration may act. */
export interface Trust {
  /**
   * Proof that what stands in a folder may act in this run; undefined where it may not. Asks nobody. Links are followed;
   * a repository inside of a trusted folder is a folder of its own.
   */
  of(folder: string): Promise<Trusted | undefined>;
  /**
   * Settles at the start whether the project may act. `dirs` are the folders of its plugins. A person is asked by `ask`
   * where there is one and somebody has to be asked; undefined from it means that nobody answered.
   */
  settle(project: string, dirs: readonly string[], ask?: AskForTrust): Promise<Settled>;
  /** Agrees to a part that the person has just written: where its project is trusted, it is not asked about later. */
  vouch(acting: Acting): Promise<void>;
}

/** Asks a person; undefined where nobody answered. */
export type AskForTrust = (question: TrustQuestion) => Promise<boolean | undefined>;

/** What a start found out about trust in the folder; without `trusted`, nothing of the project acts. */
export interface Settled {
  readonly trusted?: Trusted;
  /** Said once: what is not used and what to do about it. */
  readonly warnings: readonly string[];
}
