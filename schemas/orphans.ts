import type { ChildProcessByStdio } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import type { Writable } from "node:stream";
import { isRunning, ownStart } from "./process-start.js";

/** The variable that every process we start inherits to its children. */
export const MARK = "NACRE_PROCESS_OWNER";

/**
 * Reads which groups there are (`+ 12`, `- 12`) from a pipe that only we hold. When it ends we are gone, however we
 * went: what is left of the groups and of those who carry our mark is asked to end, and half a second later made to.
 */
const OVERSEER = `
trap '' HUP INT QUIT TERM PIPE
groups=' '
while read -r what id; do
  case $what in
    +) groups="$groups$id " ;;
    -) case $groups in *" $id "*) groups="\${groups%%" $id "*} \${groups#*" $id "}" ;; esac ;;
  esac
done
marked() {
  grep -lsFa -e "$1" /proc/[0-9]*/environ 2>/dev/null
  [ -n "$2" ] || return
  for file in $(grep -ls -e "^Max file locks  *$2" /proc/[0-9]*/limits 2>/dev/null); do
    grep -qs "^State:.[^ZX]" "\${file%limits}status" && echo "$file"
  done
}
strike() {
  left=
  for id in $groups; do kill -s "$1" -- "-$id" 2>/dev/null && left=1; done
  for file in $(marked "$2" "$3"); do
    id=\${file#/proc/}
    kill -s "$1" "\${id%/*}" 2>/dev/null && left=1
  done
  [ -n "$left" ]
}
strike TERM "$@" || exit 0
strike CONT "$@"
for turn in 1 2 3 4 5; do
  sleep 0.1
  strike 0 "$@" || exit 0
done
strike KILL "$@"
sleep 0.1
strike KILL "$@"
`;

const watched = new Set<number>();
let overseer: ChildProcessByStdio<Writable, null, null> | undefined;

/** What tells the processes started by one process of ours from all others, as its lock files name it. */
export function processMark({ pid, start }: { readonly pid: number; readonly start: string }): string {
  return `nacre-${pid}-${start.replaceAll(/[^\w]/g, "-")}.`;
}

/**
 * The same as a limit of file locks, without its last three digits: no system heeds that limit any more, and what a shell
 * sets it to goes on to whatever it starts, also without its environment, in another session. Empty where the start of a
 * process is not known so exactly.
 */
export function limitMark({ pid, start }: { readonly pid: number; readonly start: string }): string {
  if (process.platform !== "linux" || !/^\d+$/.test(start)) return "";
  return `4${String(pid % 10_000_000).padStart(7, "0")}${start.slice(-7).padStart(7, "0")}`;
}

let limits = 0;

/** A limit for one owner in this process; empty where there are none. */
export function nextLimit(): string {
  const mark = limitMark({ pid: process.pid, start: ownStart() });
  return mark && `${mark}${String(limits++ % 1_000).padStart(3, "0")}`;
}

/** What `MARK` holds for what we start: the marks of all who started us, ours, and that of the owner in here. */
export function markOf(owner = ""): string {
  return `${process.env[MARK] ?? ""}${processMark({ pid: process.pid, start: ownStart() })}${owner && `${owner}.`}`;
}

/** From now on this process group ends when we do, even at `kill -9`. The first call starts a small process that sees to it. */
export function watchGroup(id: number): void {
  watched.add(id);
  if (overseer) tell(`+ ${id}\n`);
  else oversee();
}

/** The group is gone, or nobody's business any more. */
export function forgetGroup(id: number): void {
  if (watched.delete(id)) tell(`- ${id}\n`);
}

/** Processes that carry a mark in their environment, or a limit that begins so. Only Linux can tell; elsewhere the list is empty. */
export function findMarked(mark: string, limit = ""): readonly number[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc").flatMap((name) => {
    const pid = /^\d+$/.test(name) ? Number(name) : process.pid;
    if (pid === process.pid) return [];
    const isOurs = told(pid, "environ").includes(mark) || hasLimit(pid, limit);
    return isOurs ? [pid] : [];
  });
}

/** Ends what a process that is gone has left behind, by force. Answers with how many there were. */
export function endLeftovers(gone: { readonly pid: number; readonly start: string }): number {
  if (gone.pid <= 0 || gone.start === "" || gone.pid === process.pid) return 0;
  const left = findMarked(processMark(gone), limitMark(gone));
  for (const pid of left) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It ended by itself in the meantime.
    }
  }
  return left.length;
}

/** Who is dead and waits to be collected keeps limits, but no environment. */
function hasLimit(pid: number, limit: string): boolean {
  return limit !== "" && told(pid, "limits").includes(LOCKS + limit) && isRunning(pid, "");
}

const LOCKS = "Max file locks".padEnd(26);

function told(pid: number, what: "environ" | "limits"): Buffer {
  try {
    return readFileSync(`/proc/${pid}/${what}`);
  } catch {
    return Buffer.alloc(0);
  }
}

function oversee(): void {
  const outer = process.env[MARK];
  const env = { PATH: "/usr/bin:/bin", ...(outer !== undefined && { [MARK]: outer }) };
  const own = { pid: process.pid, start: ownStart() };
  const args = ["-c", OVERSEER, "nacre-overseer", processMark(own), limitMark(own)];
  // Loaded here: a run that starts nothing needs none of it.
  const { spawn } = process.getBuiltinModule("node:child_process");
  const child = spawn("/bin/sh", args, { cwd: "/", env, detached: true, stdio: ["pipe", "ignore", "ignore"] });
  overseer = child;
  const lost = (): void => {
    if (overseer === child) overseer = undefined;
  };
  child.once("error", lost).once("exit", lost).unref();
  child.stdin.on("error", lost);
  (child.stdin as Partial<{ unref(): void }>).unref?.();
  process.off("exit", dismiss).on("exit", dismiss);
  for (const id of watched) tell(`+ ${id}\n`);
}

function tell(line: string): void {
  overseer?.stdin.write(line);
}

/** At a tidy end nothing is left to oversee, and the overseer is not to be the last one here. */
function dismiss(): void {
  for (const id of watched) {
    try {
      process.kill(-id, 0);
      return;
    } catch {
      watched.delete(id);
    }
  }
  // Whoever left its group is known by its mark alone; then the overseer has its work once we are gone.
  const own = { pid: process.pid, start: ownStart() };
  if (overseer && findMarked(processMark(own), limitMark(own)).length === 0) overseer.kill("SIGKILL");
}
