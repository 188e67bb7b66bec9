import { fstatSync, readSync } from "node:fs";
import { EXIT, UserError } from "../../../schemas/errors.js";
import type { Io } from "../../../schemas/front.js";
import { unguarded } from "../../../schemas/safe-output.js";
import type { Session } from "../../../schemas/session.js";

const MOST = 10 * 1024 * 1024;
/** How long a pipe may stay silent when there is a prompt already. */
const PATIENCE = 3000;

/**
 * The prompt of a run: the words of the command line, what was piped in, or both. Empty when there is neither and the
 * run may do without. Throws a UserError when it may not, or for more than 10 MB.
 */
export async function readPrompt(words: readonly string[], io: Io, options: PromptOptions = {}): Promise<string> {
  const asked = words.join(" ").trim();
  if (options.answers && (asked !== "" || options.resumes)) return asked;
  if (options.answers) {
    const why = "standard input is read for answers (--on-ask stdin)";
    throw new UserError(`There is no prompt: give one on the command line, as ${why}.`, EXIT.usage);
  }
  const say = (sentence: string): void => void io.stderr.write(`nacre: ${sentence}\n`);
  const patience = asked === "" ? undefined : { ms: PATIENCE, say };
  const piped = isSilent(io) ? "" : (await readAll(io.stdin, patience)).trimEnd();
  if (asked !== "") return piped.trim() === "" ? asked : `${asked}\n\n${piped}`;
  if (piped.trim() !== "" || options.resumes) return piped;
  throw noPrompt();
}

export interface PromptOptions {
  /** What comes on standard input are answers to questions. */
  readonly answers?: boolean;
  /** An earlier conversation is gone on with. */
  readonly resumes?: boolean;
}

/** Throws a UserError for a turn without words, unless it begins with a call that the last run put off. */
export function requirePrompt(prompt: string, { putOff }: Pick<Session, "putOff">): void {
  if (prompt.trim() === "" && !putOff) throw noPrompt();
}

function noPrompt(): UserError {
  return new UserError('There is no prompt: give one, as in nacre -p "...", or pipe one in.', EXIT.usage);
}

/** True where nothing can be piped in. The program's own input is looked at without making a stream of it, which takes a while. */
function isSilent(io: Io): boolean {
  return Object.is(unguarded(io), process) ? kindOf(0) === "device" : io.stdin.isTTY === true;
}

interface Patience {
  readonly ms: number;
  readonly say: (sentence: string) => void;
}

async function readAll(stdin: Io["stdin"] & { readonly fd?: number }, patience: Patience | undefined): Promise<string> {
  const kind = stdin.fd === undefined ? "stream" : kindOf(stdin.fd);
  if (kind === "device") return "";
  const bytes = kind === "file" ? readFile(stdin.fd ?? 0) : await readStream(stdin, patience);
  return bytes.toString("utf8");
}

/** What stands behind a descriptor. A device that is no terminal (/dev/null) has nothing to say. */
function kindOf(fd: number): "device" | "file" | "stream" {
  try {
    const stats = fstatSync(fd);
    return stats.isCharacterDevice() ? "device" : stats.isFile() ? "file" : "stream";
  } catch {
    return "device";
  }
}

function readFile(fd: number): Buffer {
  const parts: Buffer[] = [];
  for (let size = 0; ;) {
    const part = Buffer.allocUnsafe(256 * 1024);
    const read = readSync(fd, part);
    if (read === 0) return Buffer.concat(parts, size);
    size += read;
    if (size > MOST) throw tooLong();
    parts.push(part.subarray(0, read));
  }
}

function readStream(stdin: Io["stdin"], patience: Patience | undefined): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let size = 0;
    const settle = (act: () => void): void => {
      clearTimeout(timer);
      stdin.off("data", take).off("end", end).off("close", end).off("error", end);
      stdin.pause();
      act();
    };
    const end = (): void => settle(() => resolve(Buffer.concat(parts)));
    const take = (part: Buffer | string): void => {
      clearTimeout(timer);
      const bytes = Buffer.from(part as string);
      size += bytes.length;
      if (size > MOST) settle(() => reject(tooLong()));
      else parts.push(bytes);
    };
    const timer =
      patience &&
      setTimeout(() => {
        patience.say(`nothing came on standard input within ${patience.ms / 1000} s, so the run goes on without it.`);
        end();
      }, patience.ms);
    stdin.on("data", take).on("end", end).on("close", end).on("error", end);
  });
}

function tooLong(): UserError {
  return new UserError(
    `What was piped in is longer than ${MOST / 1024 / 1024} MB; put it into a file and name that.`,
    EXIT.usage,
  );
}
