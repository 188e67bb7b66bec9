import type { TrustQuestion } from "./trusted.js";

/** A command line after parsing. */
export interface Invocation {
  /** Values by the flag's name. Lists are arrays. Only flags that were given. */
  readonly flags: Readonly<Record<string, FlagValue>>;
  readonly positionals: readonly string[];
  readonly io: Io;
}

/** What a flag can be given on the command line; a list where it may be repeated. */
export type FlagValue = string | number | boolean | readonly string[];

/** The standard streams, so that a front can be run inside a test. */
export interface Io {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

/** How a front's manifest says when it is the one: first match by ascending `order`. */
export interface FrontSpec {
  readonly name: string;
  readonly description?: string;
  readonly order: number;
  /** Chosen when one of these flags was given. */
  readonly flags?: readonly string[];
  /** Chosen when there is a positional prompt. */
  readonly positional?: boolean;
  /** Chosen when stdin and stdout are both terminals (true) or not (false); absent: by flag or prompt alone. */
  readonly terminal?: boolean;
}

/** What a person or program talks to. Resolves with the exit code. */
export interface Front extends FrontSpec {
  run(invocation: Invocation): Promise<number>;
  /**
   * Asks the person whether a project may act, before anything of it does. Undefined: nobody can be asked. Absent for
   * fronts without a person in front of them.
   */
  askForTrust?(question: TrustQuestion, invocation: Invocation): Promise<boolean | undefined>;
}

/** One command-line flag, as data. */
export interface Flag {
  /** Long name without dashes, kebab-case. The camelCase spelling is accepted too. */
  readonly name: string;
  readonly short?: string;
  readonly aliases?: readonly string[];
  readonly description: string;
  /** "list" collects repeated values; "optional" takes a value only after `=`. */
  readonly type: "boolean" | "string" | "number" | "list" | "optional";
  /** What stands for the value in `--help`. */
  readonly value?: string;
  /** The setting this flag writes into the flags layer, as a dotted path. */
  readonly setting?: string;
  /** For a boolean: the value it writes to its setting, when not `true`. */
  readonly writes?: string | number | boolean;
  readonly choices?: readonly string[];
  /** Accepted for compatibility, said so once on stderr, without effect. */
  readonly ignored?: string;
  /** Not listed in `--help`. */
  readonly hidden?: boolean;
}

/** A subcommand as its manifest declares it: all that `--help` and the parser need. */
export interface SubcommandSpec {
  /** Runs even when a settings file is broken. */
  readonly withoutSettings?: boolean;
  readonly name: string;
  readonly aliases?: readonly string[];
  /** Arguments, as `--help` shows them. */
  readonly usage?: string;
  readonly description: string;
}

/** `nacre NAME ...`. Resolves with the exit code. */
export interface Subcommand extends SubcommandSpec {
  run(invocation: Invocation): Promise<number>;
}

/** A part of the system prompt. Stable parts stand first, so that the cached prefix lives long. */
export interface ContextSpec {
  readonly name: string;
  /** "last" stands behind everything else, in a part of its own: what comes before it is the same without it. */
  readonly volatility: "stable" | "session" | "last";
  /** The words; `{{cwd}}`, `{{platform}}`, `{{date}}`, `{{model}}`, `{{shell}}` are filled in. */
  readonly text?: string;
  /** A setting whose value, when set, stands instead of `text`. */
  readonly setting?: string;
  /** A setting that, when set, leaves this part out. */
  readonly unless?: string;
  /** Only when one of these holds: a setting is set, or a loaded plugin holds parts of a kind (`has:output-style`). */
  readonly when?: string | readonly string[];
}

/** A part of the system prompt with what makes its text. */
export interface ContextPart extends ContextSpec {
  render?(): Promise<string>;
  /** Names of parts that are left out because this one is there. */
  without?(): Promise<readonly string[]>;
}
