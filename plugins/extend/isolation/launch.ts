import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, realpathSync } from "node:fs";
import { basename, join } from "node:path";
import program from "nacre:program/plugins/extend/isolation/child/main.js";
import type { KernelView } from "../../../core/types.js";
import { childEnv, PASSWORD_IN_URL } from "../../../schemas/child-env.js";
import { UserError } from "../../../schemas/errors.js";
import type { IsolatedCode } from "../../../schemas/isolation.js";
import { capabilityIn } from "../capability.js";
import { realPath } from "../../../schemas/real-path.js";
import { userHome } from "../../../schemas/user-home.js";
import { pluginData } from "../../../schemas/plugin-data.js";
import { permissionFlags, reachOf } from "./permission-flags.js";
import { systemWalls } from "./system-walls.js";
import { innermost } from "./usage.js";

/** What a plugin's process sees of nacre's environment, where it is set and no secret. */
const SEEN: ReadonlySet<string> = new Set([
  ..."PATH HOME USER LOGNAME LANG LANGUAGE TZ TMPDIR TMP TEMP NO_COLOR CI".split(" "),
  ..."SSL_CERT_FILE SSL_CERT_DIR NODE_EXTRA_CA_CERTS".split(" "),
  ..."HTTP_PROXY HTTPS_PROXY NO_PROXY http_proxy https_proxy no_proxy".split(" "),
]);

/** The first descriptors are the process's own. */
const PIPES = 4;

/** Lets the kernel of the system end a process with the one that started it, however that one ends. */
const WITH_PARENT: readonly string[] = ["/usr/bin/setpriv", "/bin/setpriv"];

/** A plugin's process that has been started. */
export interface Launched {
  readonly child: ChildProcess;
  /** The process that runs the code; undefined while, or where, it cannot be told. */
  pid(): number | undefined;
  /** Walls of the system keep it off the network. */
  readonly isOffline: boolean;
}

/** Starts a plugin's process behind its walls: pipe on descriptor 3, output captured, a group of its own. */
export async function launch(code: IsolatedCode, kernel: KernelView, memory: number): Promise<Launched> {
  const { dir, main, name, granted } = code;
  if (main.endsWith(".ts") && !canTypeScript()) {
    throw new UserError(
      `${join(dir, main)} is TypeScript, which Node ${process.version} cannot import; build it to JavaScript`,
    );
  }
  const data = pluginData(kernel.home, code);
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const file = realPath(program) ?? program;
  const bounds = { read: [file, dir], write: [data], granted, workspace: kernel.cwd, userHome: userHome(kernel.env) };
  const args = [
    `--max-old-space-size=${Math.round(memory / 1024 / 1024)}`,
    "--disable-warning=ExperimentalWarning",
    ...permissionFlags(process.versions.node, bounds),
    file,
    name, // For people who look at the list of processes.
  ];
  const env = { ...environment(kernel.env, granted), PLUGIN_ROOT: dir, PLUGIN_DATA: data };
  const walls = await systemWalls(args, bounds, { kernel, env });
  if (!walls) {
    const child = started(tied({ file: process.execPath, args }), kernel.cwd, env);
    return { child, pid: () => child.pid, isOffline: false };
  }
  try {
    const child = started(walls, kernel.cwd, env);
    return { child, pid: innermost(child), isOffline: !reachOf(bounds).has("network") };
  } finally {
    walls.started();
  }
}

interface Started {
  readonly file: string;
  readonly args: readonly string[];
  readonly files?: ReadonlyMap<number, number>;
}

function started({ file, args, files = new Map() }: Started, cwd: string, env: NodeJS.ProcessEnv): ChildProcess {
  const stdio: ("ignore" | "pipe" | number)[] = ["ignore", "pipe", "pipe", "pipe"];
  for (const [number, open] of files) {
    while (stdio.length < number) stdio.push("ignore");
    if (number >= PIPES) stdio[number] = open;
  }
  return spawn(file, [...args], { cwd, env, stdio, detached: true, windowsHide: true });
}

/** Ends with nacre, however that one ends, where the system has a program that sees to it. */
function tied(node: Started): Started {
  const parent = parentTie();
  if (parent === undefined) return node;
  return { file: parent, args: ["--pdeathsig", "KILL", node.file, ...node.args] };
}

/** The variables that the code was granted; part of what its process sees. */
export function grantedVariables(env: KernelView["env"], granted: readonly string[]): Record<string, string> {
  const seen: Record<string, string> = {};
  for (const text of granted) {
    const capability = capabilityIn(text);
    const value = capability?.kind === "env" ? env[capability.name] : undefined;
    if (capability?.kind === "env" && value !== undefined) seen[capability.name] = value;
  }
  return seen;
}

function environment(env: KernelView["env"], granted: readonly string[]): NodeJS.ProcessEnv {
  const open = childEnv(env, { sessionId: "" });
  const isSeen = ([name, value = ""]: readonly [string, string | undefined]): boolean =>
    (SEEN.has(name) || name.startsWith("LC_")) && !PASSWORD_IN_URL.test(value);
  const common = Object.fromEntries(Object.entries(open).filter(isSeen));
  return { ...common, ...grantedVariables(env, granted), NACRE: "1" };
}

function canTypeScript(): boolean {
  const { typescript } = process.features as { readonly typescript?: unknown };
  return Boolean(typescript);
}

let tie: string | undefined | null = null;

/** Programs of the same name that are part of another one do not know the option. */
function parentTie(): string | undefined {
  if (tie === null) {
    const isReal = (path: string): boolean => existsSync(path) && basename(realpathSync(path)) === "setpriv";
    tie = process.platform === "linux" ? WITH_PARENT.find(isReal) : undefined;
  }
  return tie;
}
