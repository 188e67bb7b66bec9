import { canMapRoot, type Programs } from "./programs.js";
import { FILTER } from "./filter.js";
import { mountArgs } from "./mounts.js";
import type { Walls } from "./ground.js";

/** A program and what it is started with. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
}

export interface Inside {
  readonly programs: Programs;
  readonly walls: Walls;
  readonly cwd: string;
  /** A Unix socket of ours that leads to a proxy; absent: no network at all. */
  readonly relay?: string;
  /** A Unix socket of ours that is told what is written where. */
  readonly observer?: string;
  /** The machine's own /proc, where a fresh one cannot be had. */
  readonly weakerNested: boolean;
  /** The command reads from a terminal, and must not be able to type into it. */
  readonly terminal?: boolean;
  /** Tries the walls as a relay needs them, without one. */
  readonly isTrial?: boolean;
}

/** The port inside on which the proxy answers. */
export const PORT = 3128;

/** Where our own things stand inside: in a folder of its own that is new for each command. */
const HELPER = "/dev/.nacre-helper";
const RELAY = "/dev/.nacre-relay";
const OBSERVER = "/dev/.nacre-observer";

/** As root, files of these reach the whole machine: some are written by who is root anywhere. */
const KERNEL_FILES = "/proc/sysrq-trigger /proc/acpi /proc/fs /proc/scsi /proc/driver /proc/tty /proc/mtrr".split(" ");

/**
 * Starts the relay to the proxy, waits until it listens, and becomes the command. Only what the shell does itself: a
 * program found by name would run without the filter. The network is new, so one listening socket is the relay's.
 */
const WITH_RELAY = [
  `"$1" TCP4-LISTEN:${PORT},bind=127.0.0.1,fork,reuseaddr,backlog=4096 "UNIX-CONNECT:$2" </dev/null >/dev/null 2>&1 ${FILTER}>&- &`,
  `relay=$!`,
  `shift 2`,
  `for try in 1 2 3; do`,
  `  for round in {1..2000}; do`,
  `    while read -r kind skip used skip; do [ "$kind" = TCP: ] && break; done </proc/net/sockstat`,
  `    [ "\${used:-1}" -ge 1 ] && break 2`,
  `    kill -0 "$relay" 2>/dev/null || break 2`,
  `  done`,
  `done`,
  `unset relay kind skip used try round`,
  `exec "$@"`,
].join("\n");

/** The program behind the walls, as bubblewrap is to start it. */
export function commandInside({ file, args }: Command, inside: Inside): Command {
  const { programs, walls, cwd, relay, observer } = inside;
  const { helper } = programs;
  const wrapped = [...(helper === undefined ? [] : [HELPER]), file, ...args];
  const bash = [programs.bash, "--noprofile", "--norc", "-p", "-c", WITH_RELAY, "nacre", programs.socat, RELAY];
  const caps = words(helper !== undefined && canMapRoot() ? "--cap-drop ALL --cap-add CAP_SETFCAP" : "--cap-drop ALL");
  const filter = words(`--seccomp ${FILTER}`);
  // The relay makes a pair of sockets that the filter refuses, so the filter comes after it, with walls of its own.
  const isLater = helper !== undefined && (relay !== undefined || inside.isTrial === true);
  const later = isLater
    ? [programs.bwrap, "--die-with-parent", "--unshare-user", ...filter, ...words("--dev-bind / /"), ...caps, "--"]
    : [];
  return {
    file: programs.bwrap,
    args: [
      "--die-with-parent",
      ...(isLater ? [] : filter),
      ...(inside.terminal ? ["--new-session"] : []),
      ...words("--unshare-user --unshare-pid --unshare-ipc --unshare-net"),
      ...mountArgs(walls),
      ...words("--dev /dev"),
      ...procArgs(inside.weakerNested),
      ...(helper === undefined ? [] : ["--ro-bind", helper, HELPER]),
      ...(relay === undefined ? [] : ["--bind", relay, RELAY]),
      ...(observer === undefined || helper === undefined ? [] : observed(observer)),
      ...caps,
      ...(helper === undefined && !inside.weakerNested ? ["--disable-userns"] : []),
      // Asked for here, so that nothing of the environment decides about it.
      ...words("--setenv SRT_ALLOW_NESTED_USERNS 0 --chdir"),
      cwd,
      "--",
      ...(relay === undefined ? wrapped : [...bash, ...later, ...wrapped]),
    ],
  };
}

function observed(observer: string): readonly string[] {
  return [
    "--bind",
    observer,
    OBSERVER,
    ...words(`--setenv SRT_OBSERVE_SOCK ${OBSERVER} --setenv SRT_ENCODED_CMD nacre`),
  ];
}

function words(text: string): readonly string[] {
  return text.split(" ");
}

function procArgs(weaker: boolean): readonly string[] {
  const own = weaker ? ["--bind", "/proc", "/proc"] : ["--proc", "/proc"];
  return [...own, ...kernelKept()];
}

/** Keeps the kernel's settings from being written below a `/proc` that is already there. */
export function kernelKept(): readonly string[] {
  const files = process.geteuid?.() === 0 ? KERNEL_FILES.flatMap((path) => ["--ro-bind-try", path, path]) : [];
  return ["--ro-bind", "/proc/sys", "/proc/sys", ...files];
}
