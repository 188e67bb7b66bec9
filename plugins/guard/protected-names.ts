/**
 * Names that decide over a path whatever the rules say. All are compared folded: see `foldPath`.
 */

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

/** Folders and files that hold secrets. Reading them is refused inside the workspace and asks outside. */
const SECRET_NAMES: ReadonlySet<string> = names(
  ".env .ssh .aws .azure .gnupg .kube .password-store id_rsa id_dsa id_ecdsa id_ed25519",
  ".netrc _netrc .git-credentials .pgpass .my.cnf .pypirc .htpasswd .dockercfg .vault-token",
);
const SECRET_PAIRS: ReadonlySet<string> = names(
  ".docker/config.json .config/gcloud .config/gh .cargo/credentials.toml .cargo/credentials",
  "library/keychains .gem/credentials",
);
const SECRET_ENDINGS: readonly string[] = [".pem", ".key", ".p12", ".pfx", ".ppk", ".jks", ".keystore", ".kdbx"];
const SECRET_BEGINNING = ".env.";
/** Committed on purpose, with nothing in them. */
const HARMLESS: ReadonlySet<string> = names(".env.example .env.sample .env.template .env.dist");

/** Parsing it takes longer than all else here, and most paths are ASCII. */
const IGNORABLE = String.raw`\p{Default_Ignorable_Code_Point}`;

/**
 * A path in the form in which names are compared: case, Unicode form, invisible characters, trailing dots and spaces
 * and stream names (`.git::$DATA`) make no difference, because on some file system each of them makes none.
 */
export function foldPath(path: string): string {
  const ascii = !/[^ -~]/.test(path);
  const visible = ascii ? path : path.normalize("NFKC").replace(new RegExp(IGNORABLE, "gu"), "");
  const lower = visible.toLowerCase().normalize("NFC");
  return /[. ](?:\/|$)|:/.test(lower) ? lower.split("/").map(foldName).join("/") : lower;
}

function foldName(name: string): string {
  return /^\.{1,2}$/.test(name) ? name : name.replace(/:.*$/s, "").replace(/[. ]+$/, "");
}

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

/** What a rule has to name to let a path be read that can hold secrets: its telling part, or the pattern of those. */
export function secretPart(path: string): readonly string[] | undefined {
  const segments = foldPath(path).split("/");
  for (const [place, name] of segments.entries()) {
    if (SECRET_NAMES.has(name)) return [name];
    const pair = `${name}/${segments[place + 1]}`;
    if (SECRET_PAIRS.has(pair)) return [segments[place + 1]!];
  }
  const last = segments.at(-1)!;
  if (last.startsWith(SECRET_BEGINNING) && !HARMLESS.has(last)) return [last, `${SECRET_BEGINNING}*`];
  const ending = SECRET_ENDINGS.find((one) => last.endsWith(one) && last !== one);
  return ending === undefined ? undefined : [last, `*${ending}`];
}

/** Every protected name as it is written, for walls that are given lists: folders, pairs, files, and patterns of endings. */
export function protectedNames(): readonly string[] {
  const endings = PROTECTED_ENDINGS.map((ending) => `*${ending}`);
  return [...PROTECTED_FOLDERS, ...PROTECTED_PAIRS, ...PROTECTED_FILES, ...endings];
}

/** The same for what may hold secrets. */
export function secretNames(): readonly string[] {
  return [...SECRET_NAMES, ...SECRET_PAIRS, ...SECRET_ENDINGS.map((ending) => `*${ending}`), `${SECRET_BEGINNING}*`];
}
