import { dirname, join, resolve } from "node:path";
import { namesIn } from "../../../../schemas/names-in.js";
import { readPlain } from "../policy/read-plain.js";
import { exists, isFolder } from "../policy/exists.js";

/** Submodules and worktrees of one repository that are looked at, and the folders that are gone through to find them. */
const MOST = 200;
const MOST_FOLDERS = 2_000;

const MAX_CONFIG = 256 * 1024;

/** Settings that start nothing, by whatever git is asked for. */
const HARMLESS =
  /^(?:core\.(?:repositoryformatversion|filemode|bare|logallrefupdates|ignorecase|precomposeunicode|symlinks|autocrlf|eol)|user\.(?:name|email)|init\.defaultbranch|remote\..+\.(?:url|fetch|pushurl)|branch\..+\.(?:remote|merge|rebase)|submodule\..+\.(?:url|active)|submodule\.active|extensions\.objectformat|pull\.(?:rebase|ff)|push\.default)$/;

/** The parts of a repository's data that decide over what git runs; the rest is needed to commit. */
export interface Guarded {
  /** There now. */
  readonly paths: readonly string[];
  /** Folders that are not there and must not be made. */
  readonly missing: readonly string[];
  /** Files that are not there and must not be, although nothing can be put in their place. */
  readonly unwanted: readonly string[];
}

/** What to guard of a `.git`, a folder. `work` is the folder it belongs to. */
export function guardedOf(git: string, work: string): Guarded {
  const paths: string[] = [];
  const missing: string[] = [];
  const unwanted: string[] = [];
  const { found, beyond } = dataFolders(git);
  paths.push(...beyond);
  for (const dir of found) {
    const isWorktree = dirname(dir).endsWith("/worktrees");
    for (const name of isWorktree
      ? ["commondir", "gitdir", "config.worktree"]
      : ["hooks", "config", "config.worktree", "commondir"]) {
      const path = join(dir, name);
      if (exists(path)) paths.push(path);
      else if (name === "hooks") missing.push(path);
      else unwanted.push(path);
    }
  }
  for (const path of configured(git, work)) (exists(path) ? paths : unwanted).push(path);
  return { paths, missing, unwanted };
}

/** The repository's own data, and that of its submodules and worktrees; `beyond` is kept whole where they are too many. */
function dataFolders(git: string): { readonly found: readonly string[]; readonly beyond: readonly string[] } {
  const found = [git];
  const queue = [join(git, "modules"), join(git, "worktrees")];
  for (let next = 0; next < queue.length; next++) {
    const dir = queue[next]!;
    for (const name of namesIn(dir)) {
      const path = join(dir, name);
      if (exists(join(path, "HEAD"))) found.push(path);
      // The names of submodules may have slashes in them, and each may have submodules of its own.
      else if (isFolder(path)) queue.push(path);
      if (exists(join(path, "modules"))) queue.push(join(path, "modules"));
      if (found.length > MOST || queue.length > MOST_FOLDERS) {
        return { found: found.slice(0, MOST), beyond: queue.slice(0, 2).filter(exists) };
      }
    }
  }
  return { found, beyond: [] };
}

/** Folders and files that the repository's settings name as what runs in a checkout, or as more settings. */
export function configured(git: string, work: string): readonly string[] {
  return named(join(git, "config")).map(({ key, value }) => resolve(key === "path" ? git : work, value));
}

/** Where the user's own settings look for the hooks of every repository, as far as that is in the repository itself. */
export function hooksOfAll(userHome: string): readonly string[] {
  const files = [join(userHome, ".gitconfig"), join(userHome, ".config/git/config")];
  return files
    .flatMap((file) => named(file))
    .flatMap(({ key, value }) => (key === "hookspath" && !/^[/~]/.test(value) ? [value] : []));
}

function named(config: string): readonly { readonly key: string; readonly value: string }[] {
  const found = (readText(config) ?? "").matchAll(
    /^[ \t]*(?:\[[^\]\n]*\][ \t]*)?(hooksPath|path)[ \t]*=[ \t]*"?([^"\n#;]+)"?/gim,
  );
  return [...found].map(([, key = "", value = ""]) => ({ key: key.toLowerCase(), value: value.trim() }));
}

/** Whether a repository that a command has made can start nothing: plain settings, and no hooks but samples. */
export function isHarmless(git: string): boolean {
  if (!isFolder(git)) return false;
  const { paths } = guardedOf(git, dirname(git));
  return paths.every((path) => {
    if (path.endsWith("/hooks")) return isFolder(path) && namesIn(path).every((name) => name.endsWith(".sample"));
    return path.endsWith("/config") && isPlain(readText(path));
  });
}

function isPlain(text: string | undefined): boolean {
  if (text === undefined || text.includes("\\\n")) return false;
  let section = "";
  return text.split("\n").every((line) => {
    const plain = line.trim();
    if (plain === "" || /^[#;]/.test(plain)) return true;
    const head = /^\[\s*([\w.-]+)(?:\s+"([^"\\]*)")?\s*\]$/.exec(plain);
    if (head) {
      section = [head[1]!, ...(head[2] === undefined ? [] : [head[2]])].join(".");
      return true;
    }
    const [, key, value = ""] = /^([\w-]+)\s*(?:=\s*(.*))?$/.exec(plain) ?? [];
    return key !== undefined && HARMLESS.test(`${section}.${key}`.toLowerCase()) && !/::|["\\]|^\s*-/.test(value);
  });
}

function readText(path: string): string | undefined {
  const read = readPlain(path, MAX_CONFIG);
  return read?.whole ? Buffer.from(read.text, "latin1").toString("utf8") : undefined;
}
