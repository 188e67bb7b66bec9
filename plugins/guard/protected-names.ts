/**
 * Names that decide over a path whatever the rules say. All are compared folded: see `foldPath`.
 */

import { foldPath } from "../../schemas/secret-names.js";

const names = (...lines: readonly string[]): ReadonlySet<string> => new Set(lines.join(" ").split(" "));

/** Folders whose content decides what runs later. Writing there always asks. */
const PROTECTED_FOLDERS: ReadonlySet<string> = names(
  ".git git~1 .nacre nacre~1 .claude claude~1 .agents .vscode .idea .cursor .zed .husky .cargo .devcontainer .yarn .mvn",
  ".ssh .gnupg",
);

/** The same, where two names in a row make the place. */
const PROTECTED_PAIRS: ReadonlySet<string> = names(
  ".config/git .config/nacre .config/fish .config/autostart .config/systemd",
);

const PROTECTED_FILES: ReadonlySet<string> = names(
  ".nacre.toml nacre.lock .mcp.json .claude.json .gitconfig .gitmodules .envrc .ripgreprc .devcontainer.json",
  ".bashrc .bash_profile .bash_login .bash_aliases .bash_logout .profile .inputrc",
  ".zshrc .zprofile .zshenv .zlogin .zlogout .kshrc .cshrc .tcshrc .login",
  ".npmrc .yarnrc .yarnrc.yml .pnp.cjs .pnp.loader.mjs .pnpmfile.cjs bunfig.toml .bunfig.toml",
  ".bazelrc .bazelversion .bazeliskrc gradle-wrapper.properties maven-wrapper.properties pyrightconfig.json",
  ".pre-commit-config.yaml lefthook.yml lefthook.yaml .lefthook.yml .lefthook.yaml",
);

const PROTECTED_ENDINGS: readonly string[] = [".code-workspace"];

/** The part of a path that makes it protected against writing, if any. */
export function protectedPart(path: string): string | undefined {
  const segments = foldPath(path).split("/");
  for (const [place, name] of segments.entries()) {
    const isWorktree = segments[place + 1] === "worktrees" && segments.length > place + 3;
    if (PROTECTED_FOLDERS.has(name) && !((name === ".claude" || name === ".nacre") && isWorktree)) return name;
    const pair = `${name}/${segments[place + 1]}`;
    if (PROTECTED_PAIRS.has(pair)) return pair;
  }
  const last = segments.at(-1)!;
  if (PROTECTED_FILES.has(last) || PROTECTED_ENDINGS.some((ending) => last.endsWith(ending))) return last;
  return undefined;
}

/** Every protected name as it is written, for walls that are given lists: folders, pairs, files, and patterns of endings. */
export function protectedNames(): readonly string[] {
  const endings = PROTECTED_ENDINGS.map((ending) => `*${ending}`);
  return [...PROTECTED_FOLDERS, ...PROTECTED_PAIRS, ...PROTECTED_FILES, ...endings];
}
