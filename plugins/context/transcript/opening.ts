import { realpathSync } from "node:fs";
import type { KernelView } from "../../../core/types.js";
import { EXIT, UserError } from "../../../schemas/errors.js";
import type { Invocation } from "../../../schemas/front.js";
import type { Transcript } from "../../../schemas/kinds.js";
import type { SessionInit } from "../../../schemas/session.js";
import { filesOf } from "./events.js";
import { fileOf, projectFolder } from "./place.js";
import type { Shelf } from "./shelf.js";

type Flags = Invocation["flags"];

/** What the service offers beside finding and listing. */
export interface Opener {
  /**
   * What --continue, --resume, --fork-session, --session-id and --name ask for, ready for `kernel.open`. The session is
   * this process's to write from here on. Throws a UserError for flags that do not go together, for a session that is
   * not there and for one that another process has.
   */
  opening(flags: Flags, options: { readonly headless: boolean }): Promise<SessionInit>;
}

const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** See `Opener.opening`. */
export async function opening(
  shelf: Shelf,
  kernel: Pick<KernelView, "cwd" | "clock">,
  flags: Flags,
  options: { readonly headless: boolean },
): Promise<SessionInit> {
  check(flags);
  const id = text(flags, "session-id");
  if (id !== undefined) await checkUnused(shelf, id);
  const name = text(flags, "name");
  const transcript = await wanted(shelf, kernel.cwd, flags, options);
  const own = { ...(name !== undefined && { name }) };
  if (!transcript) return { ...own, ...claimed(shelf, kernel.cwd, id) };
  if (flags["fork-session"] === true) {
    const fork = { past: transcript.events(), source: "fork", parent: transcript.id } as const;
    return { ...own, ...fork, ...claimed(shelf, kernel.cwd, id ?? kernel.clock.id()) };
  }
  if (shelf.desk.persist) claim(shelf, transcript.path);
  return { ...own, id: transcript.id, past: transcript.events(), source: "resume" };
}

function check(flags: Flags): void {
  for (const flag of ["resume", "session-id", "name"]) {
    if (flags[flag] === "") throw new UserError(`--${flag} needs a value.`, EXIT.usage);
  }
  const resumes = flags["continue"] === true || flags["resume"] !== undefined;
  const forks = flags["fork-session"] === true;
  if (flags["continue"] === true && flags["resume"] !== undefined) {
    throw new UserError("--continue and --resume exclude each other: give one of them.", EXIT.usage);
  }
  if (forks && !resumes) {
    throw new UserError("--fork-session needs the session to fork: add --continue or --resume SESSION.", EXIT.usage);
  }
  const id = text(flags, "session-id");
  if (id === undefined) return;
  if (resumes && !forks) {
    throw new UserError(
      "--session-id names a new session: with --continue or --resume add --fork-session.",
      EXIT.usage,
    );
  }
  if (!UUID.test(id)) {
    throw new UserError(`--session-id must be a UUID such as ${crypto.randomUUID()}, not "${id}".`, EXIT.usage);
  }
}

async function checkUnused(shelf: Shelf, id: string): Promise<void> {
  if ((await filesOf(shelf.desk.home, id)).length === 0) return;
  throw new UserError(
    `The session ${id} exists already: go on in it with --resume ${id}, or give --session-id a new id.`,
    EXIT.usage,
  );
}

function wanted(
  shelf: Shelf,
  cwd: string,
  flags: Flags,
  options: { readonly headless: boolean },
): Promise<Transcript> | undefined {
  const session = text(flags, "resume");
  if (session !== undefined) return shelf.find(session, cwd);
  return flags["continue"] === true ? latest(shelf, cwd, options) : undefined;
}

async function latest(shelf: Shelf, cwd: string, options: { readonly headless: boolean }): Promise<Transcript> {
  const transcript = await shelf.latest(cwd, options);
  if (transcript) return transcript;
  throw new UserError(`There is no session to continue in ${cwd}: start one without --continue.`, EXIT.usage);
}

/** A new session with an id that was chosen: taken at once, so that of two processes with one id the second is told. */
function claimed(shelf: Shelf, cwd: string, id: string | undefined): { readonly id?: string } {
  if (id === undefined) return {};
  const root = realpathSync.native(cwd);
  if (shelf.desk.persist) claim(shelf, fileOf(projectFolder(shelf.desk.home, root), id));
  return { id };
}

/** A folder that cannot be written to is no reason to refuse: the session goes on unsaved, and says so. */
function claim(shelf: Shelf, file: string): void {
  try {
    shelf.desk.claim(file);
  } catch (error) {
    if (error instanceof UserError) throw error;
  }
}

function text(flags: Flags, name: string): string | undefined {
  const value = flags[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}
