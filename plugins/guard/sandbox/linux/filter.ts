import { closeSync, openSync, rmSync, writeSync } from "node:fs";

/** The number under which what makes the walls finds the filter: nobody else's, nor that of a command's report. */
export const FILTER = 20;

/** Numbers of system calls, and what the kernel calls the processor. */
const MACHINES = {
  x64: { machine: 0xc000003e, keys: [248, 249, 250], ioctl: 16, socket: 41, socketpair: 53 },
  arm64: { machine: 0xc00000b7, keys: [217, 218, 219], ioctl: 29, socket: 198, socketpair: 199 },
} as const;

/** Makes queues in which calls are handed to the kernel past every filter: the same number everywhere. */
const QUEUES: readonly number[] = [425, 426, 427];

/** Numbers from here on belong to another way of calling the same processor. */
const FOREIGN = 0x40000000;

/** Requests that type into a terminal: TIOCSTI and TIOCLINUX. */
const TYPING: readonly number[] = [0x5412, 0x541c];

const AF_UNIX = 1;
/** SOCK_DGRAM, and SOCK_RAW, which the kernel takes for the same. */
const DATAGRAM: readonly number[] = [2, 3];

/** Where the facts about a call lie. */
const [NUMBER, MACHINE, FIRST, SECOND] = [0, 4, 16, 24] as const;

const [LOAD, EQUAL, AT_LEAST, AND, RETURN] = [0x20, 0x15, 0x35, 0x54, 0x06] as const;

/** What becomes of a call: SECCOMP_RET_ALLOW, EPERM, SECCOMP_RET_KILL_PROCESS. */
const ENDS = { allow: 0x7fff0000, refuse: 0x00050001, kill: 0x80000000 } as const;
const NAMES = ["allow", "refuse", "kill"] as const;

/** An end, or how many steps to pass over. */
type Way = (typeof NAMES)[number] | number;

/** Code, value, and of a comparison where to go on when it holds and when it does not. */
type Step = readonly [code: number, value: number, yes?: Way, no?: Way];

/** Which Unix sockets may be made: all; pairs that stay among themselves, as others are refused by the helper; those alone. */
export type UnixSockets = "all" | "helped" | "pairs";

/**
 * A filter of system calls in the form the kernel reads. It refuses the keys that other programs of the user's keep in
 * the kernel, typing into a terminal and, unless all Unix sockets are allowed, pairs of them that can send to others:
 * bubblewrap's namespaces confine none of that, and the helper's filter does not know of it. Undefined for processors
 * that it has not been written for.
 */
export function filterFor(arch: string, unix: UnixSockets): Buffer | undefined {
  if (arch !== "x64" && arch !== "arm64") return undefined;
  const { machine, keys, ioctl, socket, socketpair } = MACHINES[arch];
  const refused = (values: readonly number[]): readonly Step[] => values.map((value) => [EQUAL, value, "refuse"]);
  const sockets: readonly Step[] = [
    ...refused(QUEUES),
    [EQUAL, socket, 0, 3],
    [LOAD, FIRST],
    [EQUAL, AF_UNIX, "refuse"],
    [LOAD, NUMBER],
  ];
  const pairs: readonly Step[] = [
    [EQUAL, socketpair, 0, "allow"],
    [LOAD, FIRST],
    [EQUAL, AF_UNIX, 0, "allow"],
    [LOAD, SECOND],
    [AND, 0xf],
    ...refused(DATAGRAM),
  ];
  return assembled([
    [LOAD, MACHINE],
    [EQUAL, machine, 0, "kill"],
    [LOAD, NUMBER],
    [AT_LEAST, FOREIGN, "kill"],
    ...refused(keys),
    [EQUAL, ioctl, 0, TYPING.length + 2],
    [LOAD, SECOND],
    ...refused(TYPING),
    [LOAD, NUMBER],
    ...(unix === "pairs" ? sockets : []),
    ...(unix === "all" ? [] : pairs),
  ]);
}

/** The filter as an open file without a name, to be read from its beginning. `path` is one that nobody else comes upon. */
export function openFilter(filter: Buffer, path: string): number {
  const file = openSync(path, "wx+", 0o600);
  try {
    // At a place of its own, which leaves the one to read from where it is.
    writeSync(file, filter, 0, filter.length, 0);
    return file;
  } catch (error) {
    closeSync(file);
    throw error;
  } finally {
    rmSync(path, { force: true });
  }
}

function assembled(steps: readonly Step[]): Buffer {
  const bytes = Buffer.alloc((steps.length + NAMES.length) * 8);
  const put = (place: number, code: number, value: number): void => {
    bytes.writeUInt16LE(code, place * 8);
    bytes.writeUInt32LE(value, place * 8 + 4);
  };
  for (const [place, [code, value, yes = 0, no = 0]] of steps.entries()) {
    const distance = (way: Way): number =>
      typeof way === "number" ? way : steps.length + NAMES.indexOf(way) - place - 1;
    put(place, code, value);
    bytes.writeUInt8(distance(yes), place * 8 + 2);
    bytes.writeUInt8(distance(no), place * 8 + 3);
  }
  for (const [place, name] of NAMES.entries()) put(steps.length + place, RETURN, ENDS[name]);
  return bytes;
}
