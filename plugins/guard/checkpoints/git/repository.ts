import { execFile } from "node:child_process";
import { existsSync, lstatSync, readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { UserError } from "../../../../schemas/errors.js";
import { isProgram, safePath } from "../../../../schemas/find-program.js";
import { isWithin } from "../../../../schemas/is-within.js";
import { QUIET_GIT, quietGitEnv } from "../../../../schemas/quiet-git.js";

type Env = Readonly<Record<string, string | undefined>>;

/** Nothing that a repository configures runs, and nothing is remembered in it, while git looks at it. */
const QUIET: readonly string[] = [...QUIET_GIT, "-c", "core.untrackedCache=false", "-c", "diff.external="];

const PROGRAM = /^filter\..*\.(?:clean|smudge|process)$/s;
const REQUIRED = /^filter\..*\.required$/s;

/** Bytes of one answer. */
const MOST_OUTPUT = 64 * 1024 * 1024;

export interface GitCall {
  /** Milliseconds. */
  readonly timeout: number;
  readonly input?: string | Buffer;
  /** Read this index in the place of the repository's own. */
  readonly index?: string;
  readonly most?: number;
}

/** A repository, read without running anything that it names. */
export class Repository {
  /** Real path of the work tree's root. */
  readonly top: string;
  readonly #file: string;
  readonly #env: NodeJS.ProcessEnv;
  #filters: NodeJS.ProcessEnv | undefined;
  #configured = "";
  #convertsLines = false;
  #hasAttributesFile = false;

  private constructor(top: string, file: string, env: NodeJS.ProcessEnv) {
    this.top = top;
    this.#file = file;
    this.#env = env;
  }

  /** The repository that a folder (a real path) lies in. */
  static around(folder: string, env: Env): Repository | undefined {
    const top = topOf(folder);
    const path = safePath(env).filter((dir) => !isWithin(folder, dir));
    const file = top === undefined ? undefined : path.map((dir) => join(dir, "git")).find(isProgram);
    if (top === undefined || file === undefined) return undefined;
    return new Repository(top, file, {
      ...quietGitEnv(env),
      PATH: path.join(delimiter),
      ...(env["HOME"] !== undefined && { HOME: env["HOME"] }),
      ...(env["XDG_CONFIG_HOME"] !== undefined && { XDG_CONFIG_HOME: env["XDG_CONFIG_HOME"] }),
      LC_ALL: "C",
      GIT_DIR: join(top, ".git"),
      GIT_WORK_TREE: top,
      GIT_NO_REPLACE_OBJECTS: "1",
    });
  }

  /** Whether files of this repository may be stored in another form than they have on disk, by a program. */
  get hasFilters(): boolean {
    return this.#filters?.["GIT_CONFIG_COUNT"] !== "0";
  }

  /** Whether attributes stand outside of the work tree. */
  async hasAttributes(timeout: number): Promise<boolean> {
    await this.#withoutFilters(timeout);
    const { HOME = "", XDG_CONFIG_HOME = join(HOME, ".config") } = this.#env;
    const places = [join(this.top, ".git", "info", "attributes"), join(XDG_CONFIG_HOME, "git", "attributes")];
    return this.#hasAttributesFile || [...places, "/etc/gitattributes"].some((path) => existsSync(path));
  }

  /** Whether line ends are converted without any attribute. */
  async convertsLines(timeout: number): Promise<boolean> {
    await this.#withoutFilters(timeout);
    return this.#convertsLines;
  }

  /** Runs git in a folder of the work tree. Rejects with a UserError that says what went wrong. */
  async run(folder: string, args: readonly string[], call: GitCall): Promise<Buffer> {
    const filters = await this.#withoutFilters(call.timeout);
    return this.#start(folder, args, { ...call, env: filters });
  }

  /** Names of filters are only known to the settings; they are asked for again when those have changed. */
  async #withoutFilters(timeout: number): Promise<NodeJS.ProcessEnv> {
    const configured = settingsOf(this.top);
    if (this.#filters && configured !== undefined && configured === this.#configured) return this.#filters;
    const list = await this.#start(this.top, ["config", "--list", "-z"], { timeout });
    const env: NodeJS.ProcessEnv = {};
    let count = 0;
    this.#convertsLines = false;
    this.#hasAttributesFile = false;
    for (const line of list.toString("utf8").split("\0")) {
      const [key = "", value] = line.split(/\n(.*)/s);
      if (key === "core.autocrlf") this.#convertsLines = !/^(?:false|no|off|0|)$/i.test(value ?? "true");
      if (key === "core.attributesfile") this.#hasAttributesFile = true;
      if (!PROGRAM.test(key) && !REQUIRED.test(key)) continue;
      env[`GIT_CONFIG_KEY_${count}`] = key;
      env[`GIT_CONFIG_VALUE_${count++}`] = REQUIRED.test(key) ? "false" : "";
    }
    this.#configured = configured ?? "";
    return (this.#filters = { ...env, GIT_CONFIG_COUNT: String(count) });
  }

  #start(cwd: string, args: readonly string[], call: GitCall & { readonly env?: NodeJS.ProcessEnv }): Promise<Buffer> {
    const { timeout, index, input, most = MOST_OUTPUT } = call;
    const env = { ...this.#env, ...call.env, ...(index !== undefined && { GIT_INDEX_FILE: index }) };
    const options = { cwd, env, timeout, maxBuffer: most, encoding: "buffer", killSignal: "SIGKILL" } as const;
    return new Promise((resolve, reject) => {
      const child = execFile(this.#file, ["--no-pager", ...QUIET, ...args], options, (error, stdout, stderr) => {
        if (!error) return resolve(stdout);
        const why = error.killed ? "it took too long or said too much" : stderr.toString("utf8").split("\n", 1)[0];
        reject(new UserError(`git ${args[0]}: ${why || error.message}`));
      });
      child.stdin?.on("error", () => {});
      child.stdin?.end(input ?? "");
    });
  }
}

/**
 * The settings a repository has of its own, as text to compare. Undefined where they cannot all be seen at a glance: a
 * linked work tree, included files, settings of a work tree.
 */
function settingsOf(top: string): string | undefined {
  try {
    const folder = join(top, ".git");
    if (!lstatSync(folder).isDirectory() || lstatSync(join(folder, "commondir"), { throwIfNoEntry: false }))
      return undefined;
    const text = readFileSync(join(folder, "config"), "utf8");
    return /\[\s*include|worktreeconfig/i.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

function topOf(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const entry = lstatSync(join(at, ".git"), { throwIfNoEntry: false });
    if (entry?.isDirectory() || entry?.isFile()) return at;
    if (dirname(at) === at) return undefined;
  }
}
