import { basename, resolve } from "node:path";
import type { KernelView } from "../../../core/types.js";
import type { ShellCommand } from "../../../schemas/guards.js";
import { fileText } from "./file-text.js";
import { gitExit, takenApart } from "./git-exit.js";
import type { Leaving } from "./look.js";

/** Programs that send something away. */
const SENDS: ReadonlySet<string> = new Set(
  "gh glab hub tea curl wget http https xh aria2c nc ncat netcat socat telnet ssh scp sftp rsync ftp rclone aws gcloud az mail mailx mutt sendmail msmtp notify-send osascript dig nslookup host ping npm pnpm yarn docker twine cargo".split(
    " ",
  ),
);
const MENTIONS = new RegExp(`(?<![\\w-])(?:git|${[...SENDS].join("|")})(?![\\w-])`);

/** Words that stand before the program that is meant. */
const WRAPPERS: ReadonlySet<string> = new Set([
  "env",
  "command",
  "exec",
  "sudo",
  "nohup",
  "time",
  "nice",
  "timeout",
  "xargs",
]);

/** git that only reads is nobody's exit. */
const GIT_WRITES =
  /(?<![\w-])(?:commit|merge|notes|tag|branch|checkout|switch|worktree|push|remote|send-email)(?![\w-])/;

/** Whether a line may send anything away: a look at its words, for the many that do not. */
export function mayLeave(line: string): boolean {
  return MENTIONS.test(line);
}

/** What leaves with a line of shell. */
export async function shellExit(kernel: KernelView, line: string, cwd: string): Promise<readonly Leaving[]> {
  const reading = await (await kernel.service("permissions"))?.readShell(line).catch(() => undefined);
  const commands = reading?.commands ?? [];
  const unclear = reading === undefined || reading.unclear !== undefined;
  const leaving: Leaving[] = [];
  let folder = cwd;
  let adds: readonly string[] | undefined;
  let exits = unclear && (!/(?<![\w-])git(?![\w-])/.test(line) || GIT_WRITES.test(line));
  for (const command of commands) {
    const [program = "", ...args] = meant(command);
    if (program === "cd" && typeof args[0] === "string") folder = resolve(folder, args[0]);
    const name = basename(program);
    if (name === "git") {
      const { subcommand, rest } = takenApart({ args, cwd: folder });
      if (subcommand === "add" || subcommand === "stage") adds = [...(adds ?? []), ...pathsIn(rest)];
      const found = await gitExit(kernel, { args, cwd: folder, ...(adds && { adds }) });
      leaving.push(...found);
      exits ||= found.length > 0;
    } else if (SENDS.has(name)) {
      exits = true;
      for (const path of filesIn(args))
        leaving.push({ place: `the file that ${name} sends`, ...fileText(folder, path) });
    }
  }
  if (!exits) return [];
  // Messages may stand in here-documents and before pipes: the line as it is written holds them all.
  leaving.push({ place: "the command", text: line, inInput: true });
  if (/(?<![\w-])(?:-F\s*-|--(?:body-)?file[= ]-|@-|-)(?:\s|$)|\||</.test(line)) {
    for (const { words } of commands) {
      for (const word of words.slice(1)) {
        if (word !== undefined && !word.startsWith("-"))
          leaving.push({ place: `the file ${word}`, ...fileText(folder, word) });
      }
    }
  }
  return leaving.filter(({ text }) => text !== "");
}

function meant({ words }: ShellCommand): readonly (string | undefined)[] {
  let at = 0;
  while (at < words.length - 1 && (WRAPPERS.has(words[at] ?? "") || /^(\w+=|-|\d)/.test(words[at] ?? ""))) at++;
  return words.slice(at);
}

/** `@file`, `name=@file`, `-T file`, `--body-file file`: what these programs read and send. */
function filesIn(args: readonly (string | undefined)[]): readonly string[] {
  return args.flatMap((word, place) => {
    if (word === undefined) return [];
    const before = args[place - 1] ?? "";
    const [, sent] =
      /^(?:[^=]*=)?@(.+)$/.exec(word) ??
      /^--(?:body-file|notes-file|input|upload-file|post-file)=(.+)$/.exec(word) ??
      [];
    if (sent !== undefined) return [sent];
    return /^(-T|-F|--body-file|--notes-file|--input|--upload-file|--post-file)$/.test(before) ? [word] : [];
  });
}

/** What `git add` is given; everything where that is not certain. */
function pathsIn(rest: readonly (string | undefined)[]): readonly string[] {
  const words = rest.filter((word) => word !== "--");
  const isCertain = words.length > 0 && words.every((word) => word !== undefined && !word.startsWith("-"));
  return isCertain ? (words as readonly string[]) : ["."];
}
