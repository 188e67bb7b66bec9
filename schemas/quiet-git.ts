import { delimiter } from "node:path";
import { safePath } from "./find-program.js";
import { isLoaderVariable } from "./loader-variable.js";

type Env = Readonly<Record<string, string | undefined>>;

/**
 * What stands before the arguments of each git of ours, so that nothing runs that a repository names: no hook, monitor,
 * pager, editor, transport, signature program or helper for passwords. Filters and converters have names that only the
 * repository knows: whoever reads contents switches them off as well.
 */
export const QUIET_GIT: readonly string[] = [
  "--no-pager",
  ...`
  core.fsmonitor=false core.hooksPath=/dev/null core.pager=cat core.editor=true core.askPass= core.sshCommand=false
  credential.helper= protocol.allow=never color.ui=false submodule.recurse=false
  gpg.program=false gpg.openpgp.program=false gpg.x509.program=false gpg.ssh.program=false log.showSignature=false
  diff.submodule=short status.submoduleSummary=false blame.ignoreRevsFile=
`
    .trim()
    .split(/\s+/)
    .flatMap((setting) => ["-c", setting]),
];

/** What such a git needs beside the variables that say where it runs, and what it must not have of those that are there. */
export function quietGitEnv(env: Env): NodeJS.ProcessEnv {
  return {
    ...Object.fromEntries(Object.keys(env).flatMap((name) => (isLoaderVariable(name) ? [[name, undefined]] : []))),
    PATH: safePath(env).join(delimiter),
    GIT_OPTIONAL_LOCKS: "0",
    GIT_ALLOW_PROTOCOL: "none",
    GIT_NO_LAZY_FETCH: "1",
    GIT_SSH_COMMAND: "false",
    GIT_TERMINAL_PROMPT: "0",
  };
}
