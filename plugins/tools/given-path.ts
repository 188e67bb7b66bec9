import { isAbsolute, join, relative, resolve } from "node:path";
import { isWithin } from "../../schemas/is-within.js";
import type { Session } from "../../schemas/session.js";
import type { ToolContext } from "../../schemas/tool.js";

/** A path as a model gives it, made absolute: `~` is the home folder, other beginnings count from `cwd`. */
function absolutePath(given: string, cwd: string, home: string): string {
  if (given === "") throw new Error("The path is empty.");
  if (given.includes("\0")) throw new Error("The path contains a NUL character.");
  return resolve(cwd, given === "~" || given.startsWith("~/") ? join(home, given.slice(1)) : given);
}

/** A path that a call names. */
export interface GivenPath {
  /** Absolute. */
  readonly path: string;
  /** Where it led when the call was judged. Absent: nobody judged it. */
  readonly judged?: string;
}

/** The path of a call with what was judged of it. Throws when others of the same call were judged and it was not. */
export function givenPath(given: string, { session, places }: GivenTo, home: string): GivenPath {
  const path = absolutePath(given, session.cwd, home);
  if (!places) return { path };
  const judged = places.get(given) ?? (path === session.cwd ? places.get(session.cwd) : undefined);
  if (judged === undefined) throw new Error(`${path} was not judged before the call ran, so it is not used.`);
  return { path, judged };
}

type GivenTo = Pick<ToolContext, "session" | "places">;

/** Throws when a path leads elsewhere than when the call was judged. `real` is what is used now. */
export function requireJudged(real: string, { path, judged }: GivenPath): void {
  if (judged === undefined || judged === real) return;
  throw new Error(
    `${path} led to ${judged} when the call was judged and leads to ${real} now, so it is not used; try again.`,
  );
}

/** A path as results show it: relative to the session's folder where it lies in there, absolute otherwise. */
export function shownPath(path: string, session: Pick<Session, "cwd">): string {
  return path !== session.cwd && isAbsolute(path) && isWithin(session.cwd, path) ? relative(session.cwd, path) : path;
}
