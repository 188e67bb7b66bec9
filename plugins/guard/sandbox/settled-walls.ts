import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { join, resolve } from "node:path";
import type { PluginContext } from "../../../core/types.js";
import { realPath } from "../../../schemas/real-path.js";
import { userHome } from "../../../schemas/user-home.js";
import type { Session } from "../../../schemas/session.js";
import { Answers } from "./answers.js";
import { boxFor, type AnyBox } from "./box-for.js";
import { forgetPlaceholders } from "./linux/placeholders.js";
import { SocketFolder } from "./linux/socket-folder.js";
import { ruleTexts } from "./policy/from-rules.js";
import { policyOf, type Place, type Policy } from "./policy/policy.js";
import { repositoriesAround } from "./policy/repository-around.js";
import { readSettings, type SandboxSettings } from "./policy/settings.js";

/** The walls of one session, settled when they are first needed. */
export interface Settled {
  readonly settings: SandboxSettings;
  readonly policy: Policy;
  /** Why there are none. */
  readonly problem?: string;
  readonly box?: AnyBox;
  readonly answers: Answers;
  readonly folders: number;
}

interface SettleOptions {
  /** Of the session that an agent works for; new ones, when absent. */
  readonly answers?: Answers | undefined;
  readonly evenIfOff?: boolean;
}

/** The walls of all sessions, put up when a session first needs them and taken down with it. */
export class SettledWalls {
  readonly #sockets = new SocketFolder();
  readonly boxes: Set<AnyBox> = new Set<AnyBox>();
  readonly #ctx: PluginContext;
  readonly #say: (session: Session, text: string) => void;
  readonly #sessions = new WeakMap<Session, Promise<Settled>>();
  /** What sessions that ended have left is being taken away. */
  readonly #closing: Promise<void>[] = [];

  /** `say`: tells a session once what is wrong with its settings. */
  constructor(ctx: PluginContext, say: (session: Session, text: string) => void) {
    this.#ctx = ctx;
    this.#say = say;
  }

  /** Those of the folder nacre was started in, for reports; `id` names the folder for temporary files. */
  here(id: string, evenIfOff = false): Promise<Settled> {
    const { root } = this;
    return this.#settle({ root, folders: [root] }, id, { evenIfOff });
  }

  /** Without links on the way. */
  get root(): string {
    return real(this.#ctx.kernel.cwd);
  }

  /** Those of a session. They are put up anew when it has come to more folders. */
  async of(session: Session): Promise<Settled> {
    let settled = this.#sessions.get(session);
    const known = await settled;
    if (!settled || known?.folders !== session.folders.length) {
      const { root, folders, id, agent } = session;
      const answers = known?.answers ?? (agent && (await this.of(agent.of)).answers);
      settled = this.#settle({ root, folders }, id, { answers });
      this.#sessions.set(session, settled);
      for (const problem of (await settled).policy.problems) this.#say(session, problem);
    }
    return settled;
  }

  async #settle(
    at: Pick<Session, "root" | "folders">,
    id: string,
    { answers = new Answers(), evenIfOff = false }: SettleOptions,
  ): Promise<Settled> {
    const { settings: view, env, home } = this.#ctx.kernel;
    const settings = readSettings(view, at.root);
    const policy = policyOf(
      settings,
      ruleTexts(view, at.root),
      placeOf(at, id, { home: real(home), userHome: real(userHome(env)) }),
    );
    const common = { settings, policy, answers, folders: at.folders.length };
    if (settings.enabled === false && !evenIfOff)
      return { ...common, problem: "It is switched off (sandbox.enabled)." };
    const notes = join(real(home), "tmp");
    const { box, problem } = await boxFor({ settings, policy, env, sockets: this.#sockets, notes });
    if (box) this.boxes.add(box);
    return { ...common, ...(box && { box }), ...(problem !== undefined && { problem }) };
  }

  close(session: Session): void {
    this.#closing.push(this.#clear(session).catch(() => {}));
  }

  async #clear(session: Session): Promise<void> {
    const { policy, box } = (await this.#sessions.get(session)) ?? {};
    // A command still running could put a link in the place of a folder that is about to be emptied.
    if (policy && (!box || (await box.idle()))) rmSync(policy.scratch, { recursive: true, force: true });
  }

  async dispose(): Promise<void> {
    await Promise.all([...this.#closing, ...[...this.boxes].map((box) => box.idle())]);
    forgetPlaceholders();
    this.#sockets.remove();
  }
}

function placeOf({ folders }: Pick<Session, "folders">, id: string, homes: Pick<Place, "home" | "userHome">): Place {
  const name = /^[\w-]{1,128}$/.test(id) ? id : createHash("sha256").update(id).digest("hex");
  const output = join(homes.home, "tmp", name);
  const repositories = repositoriesAround(folders, homes.userHome);
  return { folders, ...homes, output, scratch: join(output, "scratch"), repositories };
}

function real(path: string): string {
  return realPath(path) ?? resolve(path);
}
