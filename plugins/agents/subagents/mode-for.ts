import type { KernelView } from "../../../core/types.js";
import { messageOf } from "../../../schemas/errors.js";
import type { Session } from "../../../schemas/session.js";
import type { AgentType } from "./agent-type.js";

/** What comes with nacre and only reads does so in every mode. */
const BUILT_IN = "built in";

/** Modes that the person chose to be freer in: an agent's own wish does not count there. */
const FREE: ReadonlySet<string> = new Set(["acceptEdits", "bypassPermissions"]);

/** What each mode lets happen, from least to most. */
const FREEDOM: readonly string[] = ["deny", "readOnly", "plan", "confirmEach", "dontAsk", "default", ...FREE];

/**
 * Puts an agent into the permission mode its file asks for. Not below a mode that is freer anyway, and never from a
 * strict mode into a freer one: an agent is no way out of it. Resolves with a sentence where the wish does not count.
 */
export async function modeFor(kernel: KernelView, type: AgentType, session: Session): Promise<string | undefined> {
  const wanted = type.permissionMode;
  const permissions = wanted === undefined ? undefined : await kernel.service("permissions");
  if (wanted === undefined || !permissions) return undefined;
  const before = permissions.mode(session);
  if (FREE.has(before) && type.origin !== BUILT_IN) return undefined;
  try {
    permissions.setMode(session, wanted);
    const after = permissions.mode(session);
    if (after === "bypassPermissions" && type.origin === "project") {
      permissions.setMode(session, before);
      return `The agent ${type.name} stays in the mode ${before}: a project cannot choose the mode ${wanted}.`;
    }
    if (before === "default" || FREEDOM.indexOf(after) <= FREEDOM.indexOf(before)) return undefined;
    permissions.setMode(session, before);
    return `The agent ${type.name} asks for the mode ${wanted}, which is freer than ${before}: it stays in ${before}.`;
  } catch (error) {
    return `The agent ${type.name} does not get the mode ${wanted}: ${messageOf(error)}`;
  }
}
