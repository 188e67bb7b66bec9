import { join } from "node:path";
import type { PluginContext } from "../../../core/types.js";
import { UserError } from "../../../schemas/errors.js";
import { realPath } from "../../../schemas/real-path.js";
import type { Session } from "../../../schemas/session.js";
import type { Place } from "./paths/judge-path.js";
import { realOr } from "./paths/real-or.js";
import type { SessionLaw } from "./session-law.js";
import { absoluteFolder, settingsFolders } from "./settings-folders.js";
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
    const real = realFolder(absoluteFolder(dir, session.cwd, this.home));
    session.addFolder(real);
    law.removed.delete(real);
  }

  remove(session: Session, law: SessionLaw, dir: string): void {
    const real = realFolder(absoluteFolder(dir, session.cwd, this.home));
    if (real !== session.root) law.removed.add(real);
  }

  /** Folders that settings add belong to the workspace from the first call on. */
  greet(session: Session): void {
    if (this.#greeted.has(session)) return;
    this.#greeted.add(session);
    const found = settingsFolders(this.#ctx.kernel.settings, session.root, this.home);
    for (const dir of found.folders) session.addFolder(dir);
    for (const problem of found.problems) this.#voice.say(session, problem);
  }
}

function realFolder(dir: string): string {
  const real = realPath(dir);
  if (real === undefined) throw new UserError(`the folder ${dir} does not exist or cannot be entered`);
  return real;
}
