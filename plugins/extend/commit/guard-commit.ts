import { resolve } from "node:path";
import type { KernelView } from "../../../core/types.js";
import type { PendingCall } from "../../../schemas/decision.js";
import type { Session } from "../../../schemas/session.js";
import { look } from "./git.js";
import { isSecretFile } from "./secret-files.js";

const FORMS =
  'During /commit only reading and the tool Git with ["add", "--", paths...], ["restore", "--staged", "--", paths...] and ["commit", "-m", message] are possible.';

/** Why a call must not run while a commit is made; undefined when it may. */
export async function objection(
  kernel: KernelView,
  { call, effect }: Pick<PendingCall, "call" | "effect">,
  session: Session,
): Promise<string | undefined> {
  if (effect === "read" || effect === "ui") return undefined;
  const { args, cwd: folder } = call.input;
  if (call.name !== "Git" || !Array.isArray(args) || !args.every((arg) => typeof arg === "string")) return FORMS;
  const cwd = resolve(session.cwd, typeof folder === "string" ? folder : ".");
  const [subcommand, ...rest] = args as string[];
  if (subcommand === "add") return addObjection(rest, (more) => look(kernel, cwd, more), cwd);
  if (subcommand === "restore") return isUnstaging(rest) ? undefined : FORMS;
  if (subcommand !== "commit" || !isPlainCommit(rest)) return FORMS;
  return commitObjection((more) => look(kernel, cwd, more), rest);
}

type Look = (args: readonly string[]) => Promise<string>;

const ADD_FLAGS: ReadonlySet<string> = new Set([
  "-A",
  "--all",
  "-u",
  "--update",
  "-v",
  "--verbose",
  "-N",
  "--intent-to-add",
]);

/** What would be staged is what git says is changed or new below the paths; ignored files cannot be forced in. */
async function addObjection(rest: readonly string[], git: Look, cwd: string): Promise<string | undefined> {
  const end = rest.indexOf("--");
  const flags = rest.filter((arg, place) => arg.startsWith("-") && arg !== "--" && (end < 0 || place < end));
  if (!flags.every((flag) => ADD_FLAGS.has(flag))) return FORMS;
  const paths = rest.filter((arg, place) => arg !== "--" && (!arg.startsWith("-") || (end >= 0 && place > end)));
  const list = ["ls-files", "-z", "--others", "--modified", "--exclude-standard"];
  const top = paths.length === 0 ? (await git(["rev-parse", "--show-cdup"])).trim() || "." : undefined;
  const found = await git([...list, "--", ...(top === undefined ? paths : [top])]);
  return secretsAmong(found, (path) => isSecretFile(resolve(cwd, path)), "staged");
}

async function commitObjection(git: Look, rest: readonly string[]): Promise<string | undefined> {
  const top = (await git(["rev-parse", "--show-toplevel"])).trim();
  const isSecret = (path: string): boolean => isSecretFile(resolve(top, path));
  const added = await git(["diff", "--cached", "--name-only", "-z", "--no-ext-diff", "--diff-filter=d"]);
  const changed = rest.some((arg) => ALL.has(arg))
    ? await git(["diff", "--name-only", "-z", "--no-ext-diff", "--diff-filter=d"])
    : "";
  return secretsAmong(added + changed, isSecret, "committed");
}

function secretsAmong(list: string, isSecret: (path: string) => boolean, what: string): string | undefined {
  const paths = list.split("\0").filter((path) => path !== "");
  const secret = [...new Set(paths.filter(isSecret))];
  if (secret.length === 0) return undefined;
  const named = secret.slice(0, 10).join(", ");
  return `These may hold secrets and are not ${what} by /commit: ${named}. Name the other files one by one.`;
}

function isUnstaging(rest: readonly string[]): boolean {
  return (
    (rest[0] === "--staged" || rest[0] === "-S") && rest.slice(1).every((arg) => arg === "--" || !arg.startsWith("-"))
  );
}

const ALL: ReadonlySet<string> = new Set(["-a", "--all", "-am"]);
const COMMIT_FLAGS: ReadonlySet<string> = new Set([...ALL, "-m", "--message", "-s", "--signoff", "-q", "--quiet"]);
const WITH_VALUE: ReadonlySet<string> = new Set(["-m", "--message", "-am"]);

/** Flags that name the message, and nothing that skips hooks, changes older commits or names paths. */
function isPlainCommit(rest: readonly string[]): boolean {
  let messages = 0;
  for (let place = 0; place < rest.length; place++) {
    const arg = rest[place]!;
    if (arg.startsWith("--message=")) messages++;
    else if (!COMMIT_FLAGS.has(arg)) return false;
    else if (WITH_VALUE.has(arg)) {
      if (rest[++place] === undefined) return false;
      messages++;
    }
  }
  return messages > 0;
}
