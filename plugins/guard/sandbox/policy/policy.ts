import { secretPart } from "../../../../schemas/secret-names.js";
import { fromRules, type RuleTexts } from "./from-rules.js";
import { glob, literal, type Glob } from "./paths.js";
import type { RepositoryAround } from "./repository-around.js";
import type { SandboxSettings, Written } from "./settings.js";

/** Where a session works. All paths are real and absolute. */
export interface Place {
  /** The session's root and the folders the user added. */
  readonly folders: readonly string[];
  readonly userHome: string;
  /** nacre's home. */
  readonly home: string;
  /** What the session's commands wrote, below nacre's home. */
  readonly output: string;
  /** The temporary folder of the session's commands, in `output`. */
  readonly scratch: string;
  /** Whose commits are made in those folders and kept elsewhere. */
  readonly repositories?: readonly RepositoryAround[];
}

/** What commands may touch: data, settled when the session's first command runs. */
export interface Policy {
  /** Where work is done: names that decide over what runs later are guarded there, existing or not. */
  readonly folders: readonly string[];
  readonly repositories: readonly RepositoryAround[];
  readonly writable: readonly string[];
  /** Beats `writable`. */
  readonly readOnly: readonly string[];
  readonly readOnlyGlobs: readonly Glob[];
  readonly hidden: readonly string[];
  readonly hiddenGlobs: readonly Glob[];
  /** Readable although a wider entry hides it, or its name does. */
  readonly shown: readonly string[];
  readonly shownGlobs: readonly Glob[];
  readonly scratch: string;
  readonly userHome: string;
  readonly hosts: Hosts;
  /** Every Unix socket may be used, or on macOS those. */
  readonly unixSockets: "all" | readonly string[];
  readonly localBinding: boolean;
  readonly weakerNested: boolean;
  readonly problems: readonly string[];
}

export interface Hosts {
  readonly allowed: readonly string[];
  readonly denied: readonly string[];
  /** Others are refused instead of asked about. */
  readonly strict: boolean;
  /** Local ports of proxies of the user's own, which decide instead. */
  readonly httpPort?: number;
  readonly socksPort?: number;
}

/** Keys and credentials below a home folder. What it does not have costs nothing. */
const KEY_PLACES: readonly string[] = (
  ".ssh .aws .azure .gnupg .kube .password-store .netrc _netrc .git-credentials .pgpass .my.cnf .pypirc .dockercfg " +
  ".vault-token .docker/config.json .config/gcloud .config/gh .cargo/credentials.toml .cargo/credentials " +
  ".gem/credentials .env .htpasswd Library/Keychains .claude.json .claude/.credentials.json .claude/projects " +
  ".claude/history.jsonl .bash_history .zsh_history .local/share/keyrings .mozilla .config/google-chrome .config/chromium " +
  ".codex/auth.json .gemini/oauth_creds.json .config/github-copilot .local/share/opencode/auth.json .config/op " +
  ".config/glab-cli .config/hub .config/rclone .terraform.d/credentials.tfrc.json .config/sops .config/age"
).split(" ");

/** The same on the machine: what is handed to containers and services, and what only root may read anyway. */
const MACHINE_KEYS: readonly string[] = [
  "/run/secrets",
  "/var/run/secrets",
  "/etc/shadow",
  "/etc/gshadow",
  "/etc/ssl/private",
  "/etc/krb5.keytab",
];

/** What commands may read of nacre's home: what is there to be used. Conversations, audit and trust are not. */
const OPEN_AT_HOME: readonly string[] = "skills plugins commands agents hooks output-styles NACRE.md AGENTS.md".split(
  " ",
);

/** The walls for a place, from settings and permission rules. Looks at nothing. */
export function policyOf(settings: SandboxSettings, rules: RuleTexts, place: Place): Policy {
  const { files, hosts } = settings;
  const problems = [...settings.problems];
  const read = (written: readonly Written[], key: string): Paths => pathsOf(written, place.userHome, key, problems);
  const ruled = fromRules(rules, place.userHome);
  const allowWrite = read(files.allowWrite, "allowWrite");
  const denyWrite = read(files.denyWrite, "denyWrite");
  const denyRead = read(files.denyRead, "denyRead");
  const allowRead = read(files.allowRead, "allowRead");
  for (const { text } of allowWrite.globs)
    problems.push(
      `sandbox.filesystem.allowWrite: ${text} does not count: only folders and files can be made writable, not patterns.`,
    );
  const keys = [...KEY_PLACES.map((path) => `${place.userHome}/${path}`), ...MACHINE_KEYS];
  const { repositories = [] } = place;
  const shown = [...allowRead.paths, ...ruled.shown];
  return {
    folders: place.folders,
    repositories,
    writable: unique([
      ...place.folders,
      place.scratch,
      ...allowWrite.paths,
      ...ruled.writable,
      ...repositories.flatMap(({ data, records }) => [data, ...(records === undefined ? [] : [records])]),
    ]),
    readOnly: unique([...denyWrite.paths, ...ruled.readOnly]),
    readOnlyGlobs: [...denyWrite.globs, ...ruled.readOnlyGlobs],
    hidden: unique([...denyRead.paths, ...ruled.hidden, ...keys.filter((path) => !shown.includes(path)), place.home]),
    hiddenGlobs: [...denyRead.globs, ...ruled.hiddenGlobs],
    shown: unique([...shown, ...OPEN_AT_HOME.map((name) => `${place.home}/${name}`), place.output]),
    shownGlobs: [...allowRead.globs, ...ruled.shownGlobs],
    scratch: place.scratch,
    userHome: place.userHome,
    hosts: {
      allowed: unique([...hosts.allowed, ...ruled.allowedHosts]),
      denied: unique([...hosts.denied, ...ruled.deniedHosts]),
      strict: hosts.strict,
      ...(settings.httpPort !== undefined && { httpPort: settings.httpPort }),
      ...(settings.socksPort !== undefined && { socksPort: settings.socksPort }),
    },
    unixSockets: settings.unixSockets.all ? "all" : read(settings.unixSockets.paths, "allowUnixSockets").paths,
    localBinding: settings.localBinding,
    weakerNested: settings.weakerNested,
    problems,
  };
}

interface Paths {
  readonly paths: readonly string[];
  readonly globs: readonly Glob[];
}

function pathsOf(written: readonly Written[], userHome: string, key: string, problems: string[]): Paths {
  const paths: string[] = [];
  const globs: Glob[] = [];
  for (const one of written) {
    const path = literal(one, userHome);
    const pattern = path === undefined ? glob(one, userHome) : undefined;
    if (path !== undefined) paths.push(path);
    else if (typeof pattern === "object") globs.push(pattern);
    else problems.push(`sandbox: the entry ${one.text} of ${key} does not count: ${pattern}.`);
  }
  return { paths, globs };
}

/** Whether a name that gives keys away is nevertheless to be read. */
export function isShown(policy: Policy, path: string): boolean {
  return policy.shown.includes(path) || policy.shownGlobs.some(({ fits }) => fits(path));
}

/** Whether a file is hidden by its name or by a pattern. `relative` is its path below the folder that is worked in. */
export function isHidden(policy: Policy, path: string, relative: string): boolean {
  if (policy.hiddenGlobs.some(({ fits }) => fits(path))) return true;
  return secretPart(`/${relative}`) !== undefined && !isShown(policy, path);
}

function unique<T>(items: readonly T[]): readonly T[] {
  return [...new Set(items)];
}
