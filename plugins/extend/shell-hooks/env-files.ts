import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { KernelView } from "../../../core/types.js";
import { childEnv } from "../../../schemas/child-env.js";
import type { Session } from "../../../schemas/session.js";
import { statOf } from "../../../schemas/stat-of.js";
import type { Processes } from "./process.js";

/** Milliseconds that reading such a file may take: it is a script. */
const TIMEOUT = 10_000;

/** Variables that a shell sets by itself. */
const OWN = new Set(["_", "SHLVL", "PWD", "OLDPWD", "BASH_EXECUTION_STRING"]);

/**
 * The files behind `CLAUDE_ENV_FILE`: what hooks write there as `export NAME=value` is seen by later commands. What was
 * said at the start holds for the session; what was said for a folder or a file holds until the folder changes.
 */
export class EnvFiles {
  readonly #kernel: KernelView;
  readonly #processes: Processes;

  constructor(kernel: KernelView, processes: Processes) {
    this.#kernel = kernel;
    this.#processes = processes;
  }

  /** The file of a session, empty as long as no hook has written to it. Undefined where none can be made. */
  open(sessionId: string, kind: "session" | "folder"): string | undefined {
    const file = this.#fileOf(sessionId, kind);
    if (statOf(file)) return file;
    try {
      mkdirSync(join(file, ".."), { recursive: true, mode: 0o700 });
      writeFileSync(file, "", { mode: 0o600, flag: "wx" });
      return file;
    } catch {
      return undefined;
    }
  }

  /** Forgets what was said for a folder. */
  clear(sessionId: string): void {
    rmSync(this.#fileOf(sessionId, "folder"), { force: true });
  }

  /** Makes what the files say now what commands see. */
  async take(session: Session): Promise<void> {
    const files = [this.#fileOf(session.id, "session"), this.#fileOf(session.id, "folder")];
    const written = files.filter((file) => (statOf(file)?.size ?? 0) > 0);
    const variables = written.length === 0 ? {} : await this.#read(session, written);
    const known = this.#known.has(session.id);
    if (!known && Object.keys(variables).length === 0) return;
    this.#known.add(session.id);
    (await this.#kernel.service("commandEnvironment"))?.set(session, "hooks", variables);
  }

  forget(sessionId: string): void {
    this.#known.delete(sessionId);
    for (const kind of ["session", "folder"] as const) rmSync(this.#fileOf(sessionId, kind), { force: true });
  }

  readonly #known = new Set<string>();

  #fileOf(sessionId: string, kind: string): string {
    return join(this.#kernel.home, "tmp", sessionId.replace(/[^\w.-]/g, "-"), `${kind}-env.sh`);
  }

  /** A shell reads the files, as it would read its own, and tells what is different then. */
  async #read(session: Session, files: readonly string[]): Promise<Readonly<Record<string, string>>> {
    const env = childEnv(this.#kernel.env, { sessionId: session.id });
    const script = 'for file; do . "$file" >/dev/null 2>&1; done; exec env -0';
    const args = ["--noprofile", "--norc", "-c", script, "bash", ...files];
    const start = { file: "/bin/bash", args, cwd: session.root, env };
    const { stdout, failure } = await this.#processes.run(start, "", TIMEOUT).ended;
    if (failure) return {};
    const found: Record<string, string> = {};
    for (const entry of stdout.split("\0")) {
      const end = entry.indexOf("=");
      const name = entry.slice(0, end);
      const value = entry.slice(end + 1);
      if (end > 0 && !OWN.has(name) && /^[A-Za-z_]\w*$/.test(name) && env[name] !== value) found[name] = value;
    }
    return found;
  }
}
