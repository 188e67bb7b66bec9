import type { KernelView } from "../../core/types.js";
import { EXIT, UserError } from "../../schemas/errors.js";
import type { Invocation } from "../../schemas/front.js";
import type { Transcripts } from "../../schemas/kinds.js";
import type { Session, SessionInit } from "../../schemas/session.js";

type Flags = Invocation["flags"];

/** What the transcripts' owner makes of the flags; absent where sessions are not kept that way. */
interface Opener {
  opening(flags: Flags, options: { readonly headless: boolean }): Promise<SessionInit>;
}

const WANTS_PAST = ["continue", "resume", "fork-session"];
const WANTS_NAME = ["session-id", "name"];

/**
 * Opens the session a command line asks for: new, continued, resumed or forked. Throws a UserError when the flags do not
 * go together or the session cannot be had.
 */
export async function openSession(kernel: KernelView, flags: Flags, init: SessionInit): Promise<Session> {
  const given = [...WANTS_PAST, ...WANTS_NAME].filter((flag) => flags[flag] !== undefined && flags[flag] !== false);
  if (given.length === 0) return kernel.open(init);
  const transcripts = (await kernel.service("transcripts")) as (Transcripts & Partial<Opener>) | undefined;
  const headless = init.headless ?? false;
  if (transcripts?.opening) return kernel.open({ ...init, ...(await transcripts.opening(flags, { headless })) });
  const past = given.find((flag) => WANTS_PAST.includes(flag));
  if (past !== undefined) {
    throw new UserError(`--${past} needs sessions on disk, and no plugin that keeps them is loaded.`, EXIT.usage);
  }
  const { "session-id": id, name } = flags;
  return kernel.open({ ...init, ...(typeof id === "string" && { id }), ...(typeof name === "string" && { name }) });
}
