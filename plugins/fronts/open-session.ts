import type { KernelView } from "../../core/types.js";
import { EXIT, UserError } from "../../schemas/errors.js";
import type { Invocation } from "../../schemas/front.js";
import type { Session, SessionInit } from "../../schemas/session.js";

type Flags = Invocation["flags"];

const WANTS_PAST = ["continue", "resume", "fork-session"];
const WANTS_NAME = ["session-id", "name"];

/**
 * Opens the session a command line asks for: new, continued, resumed or forked. Throws a UserError when the flags do not
 * go together or the session cannot be had.
 */
export async function openSession(kernel: KernelView, flags: Flags, init: SessionInit): Promise<Session> {
  if (kernel.settings.get("sandbox.failIfUnavailable") === true) await requireSandbox(kernel);
  const taken = await asked(kernel, flags, init.headless ?? false);
  const session = await kernel.open({ ...init, ...(await mainAgent(kernel, taken)), ...taken });
  // A mode or profile that is unknown or forbidden is an error of the command line, before anything is sent.
  const { settings } = kernel;
  const deciding = ["permissions.defaultMode", "permissions.mode", "profile"];
  if (deciding.some((key) => settings.get(key) !== undefined)) (await kernel.service("permissions"))?.mode(session);
  return session;
}

/** The user would rather have no session than one without walls. */
async function requireSandbox(kernel: KernelView): Promise<void> {
  const enabled = kernel.settings.get("sandbox.enabled");
  if (enabled === undefined || enabled === false) return;
  const state = await (await kernel.service("sandbox"))?.check();
  if (state?.active) return;
  const reason = state?.reason ?? "The plugin sandbox is not loaded.";
  throw new UserError(`The sandbox does not work here, and sandbox.failIfUnavailable is set: ${reason}`, EXIT.usage);
}

/** What the agent that the conversation is to work as brings along, where one is named. Agents that are wrong are refused here. */
async function mainAgent(kernel: KernelView, taken: SessionInit): Promise<SessionInit> {
  const { settings } = kernel;
  const name = settings.get("agent");
  const isNamed = typeof name === "string" && name !== "";
  if (!isNamed && settings.get("agents.json") === undefined) return {};
  const agents = await kernel.service("agents");
  if (!isNamed) return (await agents?.list(), {});
  if (!agents) throw new UserError(`The agent ${name} needs the plugin subagents, which is not loaded.`, EXIT.usage);
  const init = await agents.main(name);
  // A conversation that is taken up goes on with the words it was begun with, unless another agent is asked for now.
  if (taken.past === undefined || settings.origins("agent").at(-1)?.layer === "flag") return init;
  const { system: _, ...rest } = init;
  return rest;
}

async function asked(kernel: KernelView, flags: Flags, headless: boolean): Promise<SessionInit> {
  const given = [...WANTS_PAST, ...WANTS_NAME].filter((flag) => flags[flag] !== undefined && flags[flag] !== false);
  if (given.length === 0) return {};
  const transcripts = await kernel.service("transcripts");
  if (transcripts) return transcripts.opening(flags, { headless });
  const past = given.find((flag) => WANTS_PAST.includes(flag));
  if (past !== undefined) {
    throw new UserError(`--${past} needs sessions on disk, and no plugin that keeps them is loaded.`, EXIT.usage);
  }
  const { "session-id": id, name } = flags;
  return { ...(typeof id === "string" && { id }), ...(typeof name === "string" && { name }) };
}
