import { resolve } from "node:path";
import type { KernelView } from "../../../core/types.js";
import { readGit } from "./read-git.js";

/** A git command taken apart. */
export interface GitParts {
  readonly subcommand: string;
  /** What follows it; undefined where a word is computed. */
  readonly rest: readonly (string | undefined)[];
  /** Where it works. */
  readonly cwd: string;
  /** What `-c` sets. */
  readonly settings: readonly string[];
  /** Options that say which repository is meant, whatever lies around. */
  readonly repository: readonly string[];
  /** A word before the subcommand is computed: it may be the subcommand. */
  readonly computed: boolean;
}

/** Options before the subcommand that take the next word. */
const WITH_VALUE: ReadonlySet<string> = new Set(["-C", "-c", "--git-dir", "--work-tree", "--namespace", "--exec-path"]);

/** Those of git itself that write nothing down which others will read: no alias can take their names. */
export const OWN: ReadonlySet<string> = new Set(
  "add am apply archive bisect blame cat-file cherry-pick clean clone config describe diff fetch for-each-ref fsck gc grep help init log ls-files ls-remote ls-tree mv pull rebase reflog reset restore rev-list rev-parse revert rm shortlog show show-ref stage stash status submodule version whatchanged".split(
    " ",
  ),
);

const MOST_ALIASES = 5;

/** The subcommand, what follows it, and where it works. */
export function takenApart(args: readonly (string | undefined)[], cwd: string): GitParts {
  let folder = cwd;
  const settings: string[] = [];
  const repository: string[] = [];
  let computed = false;
  for (let place = 0; place < args.length; place++) {
    const word = args[place];
    const facts = { settings, repository, computed };
    if (word !== undefined && !word.startsWith("-"))
      return { subcommand: word, rest: args.slice(place + 1), cwd: folder, ...facts };
    const [, option = "", joined] = /^(--git-dir|--work-tree)(?:=(.*))?$/s.exec(word ?? "") ?? [];
    const value = joined ?? args[place + 1];
    if (option !== "" && value !== undefined) repository.push(`${option}=${resolve(folder, value)}`);
    if (word === "-C") folder = resolve(folder, args[place + 1] ?? ".");
    if (word === "-c") settings.push(args[place + 1] ?? "");
    if (word === undefined) computed = true;
    else if (WITH_VALUE.has(word)) place++;
  }
  return { subcommand: "", rest: [], cwd: folder, settings, repository, computed };
}

/** The same with what the person or the repository has made an alias of; git is asked about names that are not its own. */
export async function withoutAlias(
  kernel: KernelView,
  given: GitParts,
  isKnown: (subcommand: string) => boolean,
): Promise<GitParts> {
  let parts = given;
  for (let count = 0; count < MOST_ALIASES; count++) {
    const { subcommand, rest, cwd, settings } = parts;
    if (subcommand === "" || OWN.has(subcommand) || isKnown(subcommand)) return parts;
    const key = `alias.${subcommand}`.toLowerCase();
    const set = settings.findLast((one) => one.toLowerCase().startsWith(`${key}=`))?.slice(key.length + 1);
    const meant = set ?? (await readGit(kernel, parts, ["config", "--get", key]))?.text.trim() ?? "";
    if (meant === "") return parts;
    // A line of shell is read by its words: what git is told in it is what counts.
    const words = meant.replace(/^!.*?(?<![\w-])git(?![\w-])/s, "").split(/\s+/);
    const next = takenApart([...words.filter((word) => word !== ""), ...rest], cwd);
    const { repository, computed } = parts;
    parts = { ...next, settings, repository, computed };
  }
  return parts;
}
