import { closeSync, constants, openSync, readSync, unlinkSync } from "node:fs";
import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "../../../schemas/errors.js";
import { findProgram } from "../../../schemas/find-program.js";
import { REPORT } from "../program.js";

/** The longest command the system takes as one argument is 128 KB; this leaves room for the rest. */
const LONGEST = 120_000;

const MAX_PATH = 8_192;

const PLACES = ["/bin/bash", "/usr/bin/bash", "/usr/local/bin/bash", "/run/current-system/sw/bin/bash"];

const TELL = `{ builtin pwd -P; builtin printf "\\0"; } >&${REPORT}`;

/**
 * Runs the command as it is, as one word, so that the bytes that were judged are the bytes that run. The folder it
 * ends in is told through a file of our own: by the trap also after `exit`, by the last line also when the command
 * sets a trap itself. Nothing of this shows with `set -x`.
 */
const FRAME = [
  `builtin ulimit -x "$2" 2>/dev/null`,
  `trap '{ ${TELL}; } 2>/dev/null' EXIT`,
  `NACRE_COMMAND=$1`,
  `set --`,
  `eval "$NACRE_COMMAND"`,
  `{ NACRE_STATUS=$?; ${TELL}; set +x; } 2>/dev/null`,
  `exit $NACRE_STATUS`,
].join("; ");

/** How to start a command: a new shell each time, without anybody's start files. */
export interface ShellCall {
  readonly file: string;
  readonly args: readonly string[];
}

/** Throws a UserError when the command cannot be run at all. `limit`: see `Processes.limit`. */
export function shellCall(
  command: string,
  env: Readonly<Record<string, string | undefined>>,
  limit: string,
): ShellCall {
  if (command.includes("\0")) throw new UserError("The command contains a NUL character, which no shell takes.");
  const bytes = Buffer.byteLength(command);
  if (bytes > LONGEST) {
    throw new UserError(
      `The command is ${bytes} bytes long; at most ${LONGEST} are possible: write a script file first.`,
    );
  }
  const file = findProgram("bash", env, PLACES);
  if (file === undefined) throw new UserError("The program bash was not found on this machine.");
  return { file, args: ["--noprofile", "--norc", "-c", FRAME, "bash", command, limit] };
}

/** Where a shell tells the folder it ended in. */
export interface Report {
  /** To be handed to the child as `Program.report`. */
  readonly file: number;
  /** The folder, where one was told. */
  folder(): string | undefined;
  close(): void;
}

/** Linux' flag for a file without a name (`O_TMPFILE`, with the flag for a folder in it); Node does not name it. */
const NAMELESS = 0o20200000;

/** A fresh report. Undefined when no file can be made; the folder then does not carry over. */
export function openReport(): Report | undefined {
  const file = openNameless() ?? openUnlinked();
  if (file === undefined) return undefined;
  return {
    file,
    folder() {
      const bytes = Buffer.alloc(MAX_PATH);
      const length = readSync(file, bytes, 0, MAX_PATH, 0);
      const last = bytes.toString("utf8", 0, length).split("\0").at(-2);
      return last?.replace(/\n$/, "") || undefined;
    },
    close: () => closeSync(file),
  };
}

function openNameless(): number | undefined {
  if (process.platform !== "linux") return undefined;
  try {
    return openSync(tmpdir(), constants.O_RDWR | NAMELESS, 0o600);
  } catch {
    return undefined;
  }
}

function openUnlinked(): number | undefined {
  const path = join(tmpdir(), `nacre-${randomUUID()}`);
  try {
    const file = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o600);
    unlinkSync(path);
    return file;
  } catch {
    return undefined;
  }
}
