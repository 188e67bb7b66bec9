import { execFile } from "node:child_process";
import type { KernelView } from "../../../core/types.js";
import { findProgram } from "../../../schemas/find-program.js";
import { QUIET_GIT, quietGitEnv } from "../../../schemas/quiet-git.js";

const TIMEOUT = 20_000;
/** Bytes of a difference that are looked through. */
const MOST_DIFF = 8 * 1024 * 1024;

/** What git printed. */
export interface GitText {
  readonly text: string;
  /** It had more to say than is looked through, or took too long; "unknown": all but what is no text is there. */
  readonly partial: boolean | "unknown";
}

/** Where git works, and options that say which repository is meant. */
export interface GitPlace {
  readonly cwd: string;
  readonly repository: readonly string[];
}

/** Runs git without running anything the repository names. Undefined where it fails. */
export async function readGit(
  kernel: KernelView,
  { cwd, repository }: GitPlace,
  args: readonly string[],
): Promise<GitText | undefined> {
  const file = findProgram("git", kernel.env);
  if (file === undefined) return undefined;
  const { HOME } = kernel.env;
  const env = { ...quietGitEnv(kernel.env), ...(HOME !== undefined && { HOME }), LC_ALL: "C" };
  const run = async (words: readonly string[], more: NodeJS.ProcessEnv = {}): Promise<GitText | undefined> => {
    const place = { cwd, env: { ...env, ...more } };
    const whole = await start(file, [...repository, ...words], place);
    if (!whole?.partial || !words.includes("--text")) return whole;
    // Images and the like take up the room: then what git takes for text is looked through.
    const texts = await start(file, [...repository, ...words.filter((word) => word !== "--text")], place);
    return texts?.partial === false ? { ...texts, partial: "unknown" } : whole;
  };
  // Whoever compares files on disk would have them pass the repository's filters.
  if (args[0] !== "diff" || args.includes("--cached")) return run(args);
  const settings = await run(["config", "--list", "--name-only", "-z"]);
  return settings && run(args, withoutFilters(settings.text.split("\0")));
}

function start(
  file: string,
  args: readonly string[],
  place: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<GitText | undefined> {
  const options = { ...place, timeout: TIMEOUT, maxBuffer: MOST_DIFF };
  return new Promise((done) => {
    execFile(file, [...QUIET_GIT, "-c", "core.quotePath=false", ...args], options, (error, stdout) => {
      const partial =
        error !== null && (error.killed === true || error.code === ("ERR_CHILD_PROCESS_STDIO_MAXBUFFER" as never));
      done(error && !partial ? undefined : { text: stdout, partial });
    });
  });
}

/** Filters have names that only the repository knows. */
function withoutFilters(keys: readonly string[]): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {};
  let count = 0;
  for (const key of keys) {
    const [, what] = /^filter\..*\.(clean|smudge|process|required)$/s.exec(key) ?? [];
    if (what === undefined) continue;
    env[`GIT_CONFIG_KEY_${count}`] = key;
    env[`GIT_CONFIG_VALUE_${count++}`] = what === "required" ? "false" : "";
  }
  return { ...env, GIT_CONFIG_COUNT: String(count) };
}
