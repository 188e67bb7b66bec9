import type { Block } from "./message.js";
import type { Session } from "./session.js";

/** A command as it is listed. It is run by `/name arguments`. */
export interface CommandSpec {
  /** Without the slash; a plugin's commands are `plugin:name`. */
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly description: string;
  readonly argumentHint?: string;
  /** Can be typed, is not listed. */
  readonly hidden?: boolean;
  /** Where it comes from: "built in", "user", "project", "plugin". Set for what expands into a prompt. */
  readonly source?: string;
  /** Name of the command source that knows it; absent for commands made in code. */
  readonly from?: string;
  /** `/a /b text` runs it, and then the next one, each with `text`. */
  readonly stacks?: boolean;
}

/** A slash command as somebody typed it. */
export interface CommandCall {
  /** The name as typed. */
  readonly name: string;
  /** Everything behind the name, as typed, without the blanks around it. */
  readonly args: string;
  readonly session: Session;
  readonly signal: AbortSignal;
}

/** What comes of a command. */
export type CommandAnswer =
  /** Goes to the model in the place of what was typed. */
  | { readonly prompt: readonly Block[] }
  /** Is shown; the model is not asked. */
  | { readonly answer: string };

/** A throw of a UserError is shown and nothing is sent. */
export interface Command extends CommandSpec {
  run(call: CommandCall): Promise<CommandAnswer>;
}

/** Many commands that are found by name when they are typed: skills, command files, aliases, server prompts. */
export interface CommandSource {
  readonly name: string;
  /** Asked in ascending order after the items of the kind `command`; the first that knows the name wins. */
  readonly order: number;
  find(name: string, session: Session): Promise<Command | undefined>;
  /** Without a session: what is there in any. */
  list(session?: Session): Promise<readonly CommandSpec[]>;
}

/** What can be typed. */
export interface Commands {
  /** Without a session: what is there in any. */
  list(session?: Session): Promise<readonly CommandSpec[]>;
  find(name: string, session: Session): Promise<Command | undefined>;
}
