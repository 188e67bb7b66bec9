import { realpathSync } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";
import type { PluginContext } from "../../../core/types.js";
import { UserError, messageOf } from "../../../schemas/errors.js";
import type { Session } from "../../../schemas/session.js";
import type { Place } from "./paths/judge-path.js";
import type { SessionLaw } from "./session-law.js";
import type { Voice } from "./voice.js";

/** The folders that belong to sessions. */
export class Workspace {
  readonly home: string;
  readonly #ctx: PluginContext;
  readonly #voice: Voice;
  readonly #own: string;
  readonly #greeted = new WeakSet<Session>();

  constructor(ctx: PluginContext, voice: Voice, home: string) {
    this.#ctx = ctx;
    this.#voice = voice;
    this.home = home;
    this.#own = realOr(ctx.kernel.home);
  }

  /** What paths of a session are judged against. */
  place(session: Session, law: SessionLaw): Place {
    const folders = session.folders.filter((dir) => !law.excludes(dir));
    // What its own commands wrote may be read; that it lies in nacre's own folder still keeps it from being written.
    for (const home of new Set([this.#ctx.kernel.home, this.#own])) folders.push(join(home, "tmp", session.id));
    return { cwd: session.cwd, home: this.home, folders, own: this.#own };
  }

  add(session: Session, law: SessionLaw, dir: string): void {
    law.removed.delete(this.#add(session, dir, session.cwd));
  }

  remove(session: Session, law: SessionLaw, dir: string): void {
    const real = realFolder(this.#absolute(dir, session.cwd));
    if (real !== session.root) law.removed.add(real);
  }

  /** Folders that settings add belong to the workspace from the first call on. */
  greet(session: Session): void {
    if (this.#greeted.has(session)) return;
    this.#greeted.add(session);
    for (const { value, source, held } of this.#ctx.kernel.settings.origins("permissions.additionalDirectories")) {
      if (held !== undefined || !Array.isArray(value)) continue;
      const base = isAbsolute(source) ? dirname(source).replace(/\/\.(?:nacre|claude)$/, "") : session.root;
      for (const dir of value as readonly unknown[]) {
        try {
          this.#add(session, String(dir), base);
        } catch (error) {
          this.#voice.say(
            session,
            `${source}: the folder ${String(dir)} of permissions.additionalDirectories does not count: ${messageOf(error)}.`,
          );
        }
      }
    }
  }

  #add(session: Session, dir: string, base: string): string {
    const real = realFolder(this.#absolute(dir, base));
    session.addFolder(real);
    return real;
  }

  #absolute(dir: string, base: string): string {
    return dir === "~" || dir.startsWith("~/") ? this.home + dir.slice(1) : resolve(base, dir);
  }
}

function realOr(dir: string): string {
  try {
    return realpathSync.native(dir);
  } catch {
    return dir;
  }
}

function realFolder(dir: string): string {
  try {
    return realpathSync.native(dir);
  } catch {
    throw new UserError(`the folder ${dir} does not exist or cannot be entered`);
  }
}
