import { spawn } from "node:child_process";
import { delimiter } from "node:path";
import type { KernelView } from "../../../core/types.js";
import { findProgram, isProgram, safePath } from "../../../schemas/find-program.js";

/** Milliseconds that a program has to say its version. */
const PATIENCE = 3_000;

/** Characters of that which are looked at. */
const LONGEST = 1_000;

type Env = KernelView["env"];

/** A program that plugins run. */
export interface Program {
  readonly name: string;
  /** What it is for, in words. */
  readonly use: string;
  /** False when nacre does its main work without it. */
  readonly needed: boolean;
  /** Absent when it is not there. */
  readonly path?: string;
  /** Absent when it does not say. */
  readonly version?: string;
}

interface Wanted {
  readonly name: string;
  readonly use: string;
  /** Without it, one of these tools cannot work at all. */
  readonly tools?: readonly string[];
  /** Where a copy of it may be that nacre prefers. */
  readonly bundled?: () => Promise<string>;
}

const WANTED: readonly Wanted[] = [
  { name: "bash", use: "runs commands", tools: ["Bash"] },
  {
    name: "rg",
    use: "searches files",
    tools: ["Grep", "Glob"],
    bundled: async () => (await import("@vscode/ripgrep")).rgPath,
  },
  { name: "git", use: "the tool Git" },
  { name: "gh", use: "the tool GitHub" },
  { name: "bwrap", use: "a sandbox for commands" },
  { name: "socat", use: "the sandbox's way to allowed hosts" },
];

/** Looks for every program and asks each for its version, all at the same time. */
export function programs(kernel: KernelView): Promise<readonly Program[]> {
  const tools = new Set(kernel.all("tool").map(({ name }) => name));
  return Promise.all(
    WANTED.map(async ({ name, use, tools: users, bundled }) => {
      const path = (await usable(bundled)) ?? findProgram(name, kernel.env);
      const version = path === undefined ? undefined : await versionOf(path, kernel.env);
      const needed = users?.some((tool) => tools.has(tool)) ?? false;
      return { name, use, needed, ...(path !== undefined && { path }), ...(version !== undefined && { version }) };
    }),
  );
}

async function usable(bundled: Wanted["bundled"]): Promise<string | undefined> {
  const path = await bundled?.().catch(() => undefined);
  return path !== undefined && isProgram(path) ? path : undefined;
}

/** The first thing in `--version` that looks like one. Resolves within the time limit, whatever the program does. */
async function versionOf(path: string, env: Env): Promise<string | undefined> {
  const safe = { PATH: safePath(env).join(delimiter), HOME: env["HOME"], LC_ALL: "C", GH_NO_UPDATE_NOTIFIER: "1" };
  // A group of its own, so that whatever it starts ends with it.
  const child = spawn(path, ["--version"], {
    cwd: "/",
    env: safe,
    stdio: ["ignore", "pipe", "ignore"],
    detached: true,
  });
  const end = (): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    } catch {
      // It has ended.
    }
    child.stdout.destroy();
  };
  const timer = setTimeout(end, PATIENCE);
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (piece: string) => {
    text += piece;
    if (text.length > LONGEST) end();
  });
  await new Promise<void>((resolve) => child.once("error", () => resolve()).once("close", () => resolve()));
  clearTimeout(timer);
  end();
  return /\d+(?:\.\d+)+[\w.-]*/.exec(text.slice(0, LONGEST))?.[0];
}
