import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AddressInfo } from "node:net";
import { commandInside, type Command } from "./command.js";
import type { Walls } from "./ground.js";
import { FILTER, openFilter } from "./filter.js";
import type { Programs } from "./programs.js";

/** Milliseconds the trial may take. */
const PATIENCE = 10_000;

/** Each step exits with a number of its own when a wall is missing. */
const TRIAL = [
  `echo inside >"$1/inside" || exit 10`,
  `( echo outside >"$2/outside" ) 2>/dev/null && exit 11`,
  `( : <"$2/secret" ) 2>/dev/null && exit 12`,
  `( exec 3<>"/dev/tcp/127.0.0.1/$3" ) 2>/dev/null && exit 13`,
  `( exec 3>>/proc/sys/kernel/core_pattern ) 2>/dev/null && exit 14`,
  `exit 0`,
].join("\n");

const MISSING: Readonly<Record<number, string>> = {
  10: "a folder that may be written could not be written",
  11: "a file outside could be written",
  12: "a hidden file could be read",
  13: "a port of this machine could be reached",
  14: "the kernel's settings could be written",
};

const tried = new Map<string, Promise<string | undefined>>();

/** Tries the walls with a real command, once in a process. Resolves with what is wrong, or undefined. */
export function probe(programs: Programs, weakerNested: boolean): Promise<string | undefined> {
  const key = JSON.stringify([programs, weakerNested]);
  let trial = tried.get(key);
  if (!trial) tried.set(key, (trial = attempt(programs, weakerNested)));
  return trial;
}

async function attempt(programs: Programs, weakerNested: boolean): Promise<string | undefined> {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "nacre-probe-")));
  const server = createServer((socket) => socket.destroy());
  try {
    const [inside, outside] = [join(base, "inside"), join(base, "outside")];
    const secret = join(outside, "secret");
    mkdirSync(inside);
    mkdirSync(outside);
    writeFileSync(secret, "");
    const port = await listen(server);
    const { file, args } = commandInside(
      { file: programs.bash, args: ["-p", "-c", TRIAL, "nacre", inside, outside, String(port)] },
      { programs, walls: wallsOf(inside, secret), cwd: inside, weakerNested, isTrial: true },
    );
    const { code, text } = await run({ file, args, cwd: inside }, openFilter(programs.filter, join(base, "filter")));
    if (code === 0) return existsSync(join(outside, "outside")) ? MISSING[11] : undefined;
    return (
      MISSING[code] ?? `bubblewrap could not start a command (${text.trim().split("\n").at(-1) || `exit code ${code}`})`
    );
  } finally {
    server.close();
    rmSync(base, { recursive: true, force: true });
  }
}

function wallsOf(inside: string, secret: string): Walls {
  return {
    writable: [inside],
    readOnly: [],
    hidden: [{ path: secret, isFolder: false }],
    shown: [],
    taken: [],
    unwanted: [],
    links: new Map(),
    known: new Map(),
    repositories: new Set(),
    unseen: false,
    partial: [],
    at: 0,
    cut: false,
  };
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}

function run(
  { file, args, cwd }: Command & { readonly cwd: string },
  filter: number,
): Promise<{ readonly code: number; readonly text: string }> {
  const stdio: ("ignore" | "pipe" | number)[] = Array.from({ length: FILTER }, () => "ignore");
  stdio[2] = "pipe";
  stdio[FILTER] = filter;
  return new Promise((resolve) => {
    const child = spawn(file, args, { cwd, env: {}, stdio, timeout: PATIENCE });
    closeSync(filter);
    let text = "";
    child.stderr!.on("data", (chunk: Buffer) => (text = (text + chunk.toString("utf8")).slice(-1_000)));
    child.on("error", (error) => resolve({ code: -1, text: error.message }));
    child.on("close", (code) => resolve({ code: code ?? -1, text }));
  });
}
