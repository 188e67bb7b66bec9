import { execFileSync } from "node:child_process";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Plugin } from "../../../core/types.js";
import type { Checkpoints } from "../../../schemas/guards.js";
import { boot, type BootOptions, type Shell } from "../../../test/boot.js";

/** A gate that lets everything through. */
export const open: Plugin = {
  name: "open-gate",
  setup: (ctx) =>
    ctx.tap("PreToolUse", async (pending) => ({
      ...pending,
      decision: { behavior: "allow" as const, reason: "test" },
    })),
};

/** A session with everything that changes files, and their keeper. */
export function keeping(options: Partial<BootOptions>): Promise<Shell> {
  const plugins = [
    "checkpoints",
    "transcript",
    "commands",
    "read",
    "write",
    "edit",
    "bash",
    "git",
    open,
    ...(options.plugins ?? []),
  ];
  return boot({ script: [], ...options, plugins });
}

export async function service(shell: Shell): Promise<Checkpoints> {
  return (await shell.kernel.service("checkpoints"))!;
}

/** Takes the last change back; paths are shown below the working folder. */
export async function undo(
  shell: Shell,
  options: Parameters<Checkpoints["restore"]>[2] = {},
): Promise<readonly string[]> {
  const restored = await (await service(shell)).restore(shell.session, undefined, options);
  return [...restored.files, ...restored.problems].map((text) => text.replaceAll(`${shell.dir}/`, ""));
}

export function git(dir: string, ...args: readonly string[]): string {
  const env = { PATH: process.env["PATH"], HOME: dir, GIT_CONFIG_NOSYSTEM: "1" };
  const who = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"];
  return execFileSync("git", [...who, ...args], { cwd: dir, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

/** Makes what is in a folder the first commit of a repository. */
export function commitAll(dir: string): void {
  git(dir, "init", "-q");
  git(dir, "add", "-A");
  git(dir, "commit", "-qm", "first");
}

/** Everything in a folder but git's own: kind, rights and content by path. */
export function picture(dir: string, below = ""): Record<string, string> {
  const seen: Record<string, string> = {};
  for (const name of readdirSync(join(dir, below), { encoding: "latin1" }).sort()) {
    if (name === ".git") continue;
    const path = Buffer.from(`${dir}/${below === "" ? "" : `${below}/`}${name}`, "latin1");
    const inner = below === "" ? name : `${below}/${name}`;
    const stat = lstatSync(path);
    const rights = (stat.mode & 0o777).toString(8);
    if (stat.isDirectory()) Object.assign(seen, { [inner]: `folder ${rights}` }, picture(dir, inner));
    else if (stat.isSymbolicLink()) seen[inner] = `link ${readlinkSync(path)}`;
    else seen[inner] = stat.isFile() ? `${rights} ${readFileSync(path, "latin1")}` : "other";
  }
  return seen;
}

/** A folder that is gone at the end. */
export function temporary(): { readonly path: string } & Disposable {
  const path = realpathSync(mkdtempSync(join(tmpdir(), "nacre-checkpoints-")));
  return { path, [Symbol.dispose]: () => remove(path) };
}

function remove(path: string): void {
  chmodSync(path, 0o700);
  rmSync(path, { recursive: true, force: true });
}

export function makeFolder(path: string): string {
  mkdirSync(path, { recursive: true });
  return path;
}

export interface Ran {
  readonly code: number;
  readonly out: string;
}

/** Runs a subcommand in a kernel of its own, as another terminal would. */
export async function run(
  place: { readonly dir: string; readonly home: string },
  line: string,
  flags: Record<string, string | boolean>,
): Promise<Ran> {
  await using shell = await boot({
    plugins: ["checkpoints", "transcript"],
    script: [],
    dir: place.dir,
    home: place.home,
  });
  let out = "";
  const stdout = { write: (text: string) => ((out += text), true) } as unknown as NodeJS.WritableStream;
  const io = { stdin: process.stdin, stdout, stderr: stdout };
  const [name = "", ...positionals] = line.split(" ");
  const code = await (await shell.kernel.get("subcommand", name))!.run({ flags, positionals, io });
  return { code, out };
}
