import { execFile } from "node:child_process";
import { UserError } from "../../schemas/errors.js";
import { findProgram } from "../../schemas/find-program.js";
import { QUIET_GIT, quietGitEnv } from "../../schemas/quiet-git.js";

type Env = Readonly<Record<string, string | undefined>>;

/** Beside what holds for every repository. */
const OWN = [
  "-c",
  "core.quotePath=false",
  "-c",
  "diff.external=",
  "-c",
  "diff.renames=false",
  "-c",
  "safe.bareRepository=explicit",
];

const TIMEOUT = 30_000;
const MOST_OUTPUT = 64 * 1024 * 1024;

/** Reads a repository without running anything that it names. */
export class Git {
  readonly #file: string;
  readonly #cwd: string;
  readonly #env: NodeJS.ProcessEnv;
  #overrides: NodeJS.ProcessEnv | undefined;

  /** Throws a UserError where there is no git. */
  constructor(cwd: string, env: Env) {
    const file = findProgram("git", env);
    if (file === undefined) throw new UserError("The program git is not there; install it.");
    this.#file = file;
    this.#cwd = cwd;
    this.#env = {
      ...quietGitEnv(env),
      ...(env["HOME"] !== undefined && { HOME: env["HOME"] }),
      LC_ALL: "C",
    };
  }

  /** Root of the work tree; undefined where there is no repository. */
  async top(): Promise<string | undefined> {
    const { failed, stdout } = await this.#run(["rev-parse", "--show-toplevel"], this.#env);
    return failed ? undefined : stdout.replace(/\n$/, "");
  }

  /** What git prints. Throws a UserError in its own words. */
  async read(...args: readonly string[]): Promise<string> {
    this.#overrides ??= await this.#withoutPrograms();
    const { failed, stdout, stderr } = await this.#run(args, { ...this.#env, ...this.#overrides });
    if (failed) throw new UserError(`git ${args[0]}: ${stderr.split("\n", 1)[0]!.replace(/^fatal: /, "") || "failed"}`);
    return stdout;
  }

  /** Filters and converters have names that only the repository knows. */
  async #withoutPrograms(): Promise<NodeJS.ProcessEnv> {
    const { stdout } = await this.#run(["config", "--list", "--name-only", "-z"], this.#env);
    const settings = stdout.split("\0").flatMap((key): [string, string][] => {
      if (/^filter\..*\.(?:clean|smudge|process)$/s.test(key)) return [[key, ""]];
      if (/^filter\..*\.required$/s.test(key)) return [[key, "false"]];
      return /^diff\..*\.(?:textconv|command)$/s.test(key) ? [[key, key.endsWith("textconv") ? "cat" : ""]] : [];
    });
    const env: NodeJS.ProcessEnv = { GIT_CONFIG_COUNT: String(settings.length) };
    for (const [place, [key, value]] of settings.entries()) {
      env[`GIT_CONFIG_KEY_${place}`] = key;
      env[`GIT_CONFIG_VALUE_${place}`] = value;
    }
    return env;
  }

  #run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Answer> {
    const options = { cwd: this.#cwd, env, timeout: TIMEOUT, maxBuffer: MOST_OUTPUT };
    return new Promise((done) => {
      execFile(this.#file, [...QUIET_GIT, ...OWN, ...args], options, (error, stdout, stderr) =>
        done({ stdout, stderr: stderr || (error?.message ?? ""), failed: error !== null }),
      );
    });
  }
}

interface Answer {
  readonly stdout: string;
  readonly stderr: string;
  readonly failed: boolean;
}
