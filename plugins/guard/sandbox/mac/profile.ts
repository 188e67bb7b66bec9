import { wrapCommandWithSandboxMacOS } from "@anthropic-ai/sandbox-runtime/dist/sandbox/macos-sandbox-utils.js";
import { secretNames } from "../../../../schemas/secret-names.js";
import { protectedNames } from "../../protected-names.js";
import type { Policy } from "../policy/policy.js";
import type { RepositoryAround } from "../policy/repository-around.js";

export interface MacCommand {
  /** The shell line that runs inside. */
  readonly line: string;
  /** Absolute path of the shell that reads it. */
  readonly shell: string;
  /** Port and password of the proxy; absent: no network. */
  readonly proxy?: { readonly port: number; readonly token: string };
}

/**
 * The shell line that starts a command behind macOS' walls. The sandbox runtime writes the profile for sandbox-exec
 * from the same policy that makes the mounts on Linux; names are guarded by pattern there, existing or not.
 */
export function macLine(policy: Policy, { line, shell, proxy }: MacCommand): string {
  return wrapCommandWithSandboxMacOS({
    command: line,
    binShell: shell,
    needsNetworkRestriction: true,
    ...(proxy && { httpProxyPort: proxy.port, socksProxyPort: proxy.port, proxyAuthToken: proxy.token }),
    ...(policy.unixSockets === "all" ? { allowAllUnixSockets: true } : { allowUnixSockets: [...policy.unixSockets] }),
    allowLocalBinding: policy.localBinding,
    readConfig: {
      denyOnly: [...policy.hidden, ...policy.hiddenGlobs.map(({ text }) => text), ...secrets(policy)],
      allowWithinDeny: [
        ...policy.shown,
        ...policy.shownGlobs.map(({ text }) => text),
        ...policy.folders,
        policy.scratch,
      ],
    },
    writeConfig: {
      allowOnly: [...policy.writable],
      denyWithinAllow: [...policy.readOnly, ...policy.readOnlyGlobs.map(({ text }) => text), ...guarded(policy)],
    },
  });
}

/** Protected names anywhere in the folders that are worked in. Of a repository's data only what starts programs. */
function guarded({ folders, repositories }: Policy): readonly string[] {
  const names = protectedNames().filter((name) => name !== ".git" && name !== "git~1");
  const git = ARMS.map((name) => `.git/${name}`);
  const paths = folders.flatMap((dir) => [...names, ...git].map((name) => `${dir}/**/${name}`));
  return [...paths, ...repositories.flatMap(armsOf)].flatMap((path) => [path, `${path}/**`]);
}

/** What decides over what git runs, and what belongs to other checkouts of the same repository. */
function armsOf({ data, records }: RepositoryAround): readonly string[] {
  return [
    ...ARMS.flatMap((name) => [`${data}/${name}`, `${data}/modules/**/${name}`]),
    ...["commondir", "gitdir", "config.worktree"].map((name) => `${data}/worktrees/**/${name}`),
    ...(records === undefined ? [] : [`${data}/HEAD`, `${data}/index`]),
  ];
}

const ARMS: readonly string[] = ["hooks", "config", "config.worktree", "commondir"];

function secrets({ folders }: Policy): readonly string[] {
  return folders.flatMap((dir) => secretNames().map((name) => `${dir}/**/${name}`));
}
