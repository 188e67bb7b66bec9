import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { closeSync, existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Enclosed, EnclosedProgram } from "../../../../schemas/guards.js";
import { realPath } from "../../../../schemas/real-path.js";
import { kernelKept, type Command } from "./command.js";
import { FILTER, filterFor, openFilter } from "./filter.js";
import { byDepth } from "./ground.js";
import { inheritedCovered } from "./inherited.js";
import { findProgramFor } from "./programs.js";

export interface EnclosureParts {
  /** From the settings; searched for, when absent. */
  readonly bwrap: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What programs are made of. */
const SYSTEM = "/usr /bin /sbin /lib /lib32 /lib64 /libx32 /nix/store /gnu/store".split(" ");

/** What they look up there: libraries, time zones, users and groups, certificates. No keys, no passwords. */
const TABLES = [
  ..."ld.so.cache ld.so.conf ld.so.conf.d alternatives localtime timezone nsswitch.conf passwd group".split(" "),
  ..."ssl/certs ssl/openssl.cnf pki/tls/certs pki/ca-trust ca-certificates crypto-policies".split(" "),
].map((name) => `/etc/${name}`);

/** And where hosts are found. */
const HOSTS = "resolv.conf hosts host.conf gai.conf services protocols".split(" ").map((name) => `/etc/${name}`);

/** Milliseconds the trial may take. */
const PATIENCE = 5_000;

/** Puts bubblewrap's walls around a program; undefined where they cannot be had. */
export async function enclosed(program: EnclosedProgram, parts: EnclosureParts): Promise<Enclosed | undefined> {
  const bwrap = parts.bwrap ?? findProgramFor("bwrap", parts.env);
  const bytes = filterFor(process.arch, "pairs");
  if (bwrap === undefined || !bytes || !(await works(bwrap))) return undefined;
  const filter = openFilter(bytes, join(tmpdir(), `nacre-${randomUUID()}`));
  return {
    file: bwrap,
    args: [...wallArgs(program), "--seccomp", String(FILTER), "--", program.file, ...program.args],
    files: new Map([...inheritedCovered(), [FILTER, filter]]),
    started: () => closeSync(filter),
  };
}

/** A root without anything but what is named: a program that breaks out of its own walls finds nothing else. */
function wallArgs({ file, cwd, read, write, network }: Omit<EnclosedProgram, "args">): readonly string[] {
  const seen = [...SYSTEM, ...TABLES, ...(network ? HOSTS : []), file, ...read];
  const open = write.flatMap((path) => existing(path) ?? []);
  // What lies deeper is made after what it lies in, and what may be written after what may be read.
  const mounts = [...mountsOf("--ro-bind", seen), ...mountsOf("--bind", open)].toSorted(byDepth);
  return [
    ..."--die-with-parent --unshare-user --unshare-pid --unshare-ipc --unshare-uts".split(" "),
    ...(network ? [] : ["--unshare-net"]),
    ...mounts.flatMap(({ how, path }) => [how, path, path]),
    "--dir",
    cwd,
    ..."--dev /dev --proc /proc".split(" "),
    ...kernelKept(),
    ..."--remount-ro / --cap-drop ALL --chdir".split(" "),
    cwd,
  ];
}

interface Mount {
  readonly how: "--bind" | "--ro-bind";
  readonly path: string;
}

/** Each by its name and, where links lead there, by the place that has it. What is not there is left out. */
function mountsOf(how: Mount["how"], paths: readonly string[]): readonly Mount[] {
  return paths.flatMap((path) => {
    const real = realPath(path);
    return real === undefined ? [] : [...new Set([path, real])].map((one) => ({ how, path: one }));
  });
}

/** What is to be made later is made in the folder that is there. */
function existing(path: string): string | undefined {
  if (path === dirname(path)) return undefined;
  return existsSync(path) ? path : existing(dirname(path));
}

const tried = new Map<string, Promise<boolean>>();

/** Whether such walls can be put up here, tried once in a process. */
function works(bwrap: string): Promise<boolean> {
  let trial = tried.get(bwrap);
  if (!trial) tried.set(bwrap, (trial = attempt(bwrap)));
  return trial;
}

async function attempt(bwrap: string): Promise<boolean> {
  const file = ["/usr/bin/true", "/bin/true"].find((path) => existsSync(path));
  if (file === undefined) return false;
  const walls = wallArgs({ file, cwd: "/", read: [], write: [], network: false });
  return (await ended({ file: bwrap, args: [...walls, "--", file] })) === 0;
}

function ended({ file, args }: Command): Promise<number | null> {
  return new Promise((resolve) => {
    const child = spawn(file, args, { cwd: "/", env: {}, stdio: "ignore", timeout: PATIENCE });
    child.on("error", () => resolve(-1));
    child.on("exit", (code) => resolve(code));
  });
}
