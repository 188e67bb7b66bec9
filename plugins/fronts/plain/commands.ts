import type { KernelView } from "../../../core/types.js";
import { messageOf } from "../../../schemas/errors.js";
import type { UsageReport } from "../../../schemas/kinds.js";
import type { Session } from "../../../schemas/session.js";
import { sanitize } from "../sanitize.js";
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
  help: ({ screen }) => screen.line(HELP),
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

/** Runs a line that begins with a slash. A problem is told and the conversation goes on. */
export async function runCommand(desk: CommandDesk, line: string): Promise<Outcome> {
  const [name = "", ...rest] = line.slice(1).trim().split(/\s+/);
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) return desk.screen.line(`There is no command /${sanitize(name)}. /help lists them.`);
  try {
    return await command(desk, rest.join(" "));
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
