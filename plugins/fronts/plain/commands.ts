import type { KernelView } from "../../../core/types.js";
import type { CommandSpec } from "../../../schemas/command.js";
import { messageOf } from "../../../schemas/errors.js";
import type { UsageReport } from "../../../schemas/kinds.js";
import type { Session } from "../../../schemas/session.js";
import { oneLine, sanitize } from "../../../schemas/printable.js";
import type { Screen } from "./screen.js";

export interface CommandDesk {
  readonly kernel: KernelView;
  readonly screen: Screen;
  readonly session: Session;
  /** Goes on in a new conversation. */
  renew(): Promise<void>;
}

/** True: go on; "leave": the person wants out. */
type Outcome = "leave" | void;
type Command = (desk: CommandDesk, argument: string) => Outcome | Promise<Outcome>;

const HELP = `A line is sent with Enter. A pasted line break shows as \u23ce, a tab as \u21e5.
  /model [NAME]   show or change the model
  /mode [NAME]    show or change the permission mode
  /usage          tokens and cost so far
  /clear          begin a new conversation
  /help           this help
  /exit           leave, as Ctrl-D does
Ctrl-C stops the answer at hand; on an empty line, twice within a second, it leaves.`;

const COMMANDS: Readonly<Record<string, Command>> = {
  exit: () => "leave",
  quit: () => "leave",
  async help({ kernel, screen, session }) {
    screen.line(HELP);
    const commands = (await (await kernel.service("commands"))?.list(session)) ?? [];
    if (commands.length > 0) screen.line(commandLines(commands));
  },
  clear: (desk) => desk.renew(),
  model({ screen, session }, name) {
    if (name !== "") session.setModel(name);
    screen.line(`Model: ${sanitize(session.model)} (${sanitize(session.provider)})`);
  },
  async mode({ kernel, screen, session }, name) {
    const permissions = await kernel.service("permissions");
    if (!permissions) return screen.line("There are no permission modes: no permission gate is loaded.");
    if (name !== "") permissions.setMode(session, name);
    screen.line(`Permission mode: ${permissions.mode(session)}`);
  },
  async usage({ kernel, screen, session }) {
    const usage = await kernel.service("usage");
    screen.line(usage ? usageLine(usage.report(session)) : "Usage is not counted: the plugin `usage` is not loaded.");
  },
};

/** The most commands that /help shows. */
const MOST = 60;

function commandLines(commands: readonly CommandSpec[]): string {
  const shown = commands.slice(0, MOST).map(({ name, argumentHint, description }) => {
    const usage = oneLine(`/${name}${argumentHint === undefined ? "" : ` ${argumentHint}`}`, 40);
    return `  ${usage.padEnd(15)} ${oneLine(description, 100)}`.trimEnd();
  });
  const more = commands.length - shown.length;
  return [...shown, ...(more > 0 ? [`  and ${more} more`] : [])].join("\n");
}

/** True for what this front does itself; every other command belongs to the session. */
export function isOwn(line: string): boolean {
  return Object.hasOwn(COMMANDS, nameIn(line));
}

function nameIn(line: string): string {
  return line.slice(1).trim().split(/\s+/)[0] ?? "";
}

/** Runs a line that begins with a slash. A problem is told and the conversation goes on. */
export async function runCommand(desk: CommandDesk, line: string): Promise<Outcome> {
  const name = nameIn(line);
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) return desk.screen.line(`There is no command /${sanitize(name)}. /help lists them.`);
  try {
    return await command(desk, line.slice(line.indexOf(name) + name.length).trim());
  } catch (error) {
    return desk.screen.line(sanitize(messageOf(error)), "yellow");
  }
}

/** True for a line that is meant as a command and not as a path or a text. */
export function isCommand(line: string): boolean {
  return /^\/[a-z]+(\s|$)/.test(line);
}

function usageLine({ total }: UsageReport): string {
  const { input, output, cacheRead, cacheWrite, cost, calls } = total;
  const cached = cacheRead + cacheWrite > 0 ? ` (${cacheRead} read from the cache, ${cacheWrite} written to it)` : "";
  return `${calls} model calls, ${input} tokens in${cached}, ${output} out, $${cost.toFixed(4)}`;
}
