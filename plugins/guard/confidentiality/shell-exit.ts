import { basename, resolve } from "node:path";
import type { KernelView } from "../../../core/types.js";
import type { ShellCommand } from "../../../schemas/guards.js";
import { ALL, gitExit } from "./git-exit.js";
import type { Leaving } from "./look.js";
import { namedFiles } from "./named-files.js";
import { packedTexts, sentTexts } from "./sent-texts.js";
import { takenApart } from "./subcommand-of.js";

/** Programs that send something away. */
const SENDS: ReadonlySet<string> = new Set(
  "gh glab hub tea curl wget http https xh aria2c nc ncat netcat socat telnet ssh scp sftp rsync ftp lftp rclone aws gcloud gsutil s3cmd az mail mailx mutt sendmail msmtp notify-send xdg-open osascript dig drill nslookup host ping npm pnpm yarn docker twine cargo".split(
    " ",
  ),
);
const MENTIONS = new RegExp(`(?<![\\w-])(?:git|${[...SENDS].join("|")})(?![\\w-])|/dev/(?:tcp|udp)/`);

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

/** A message may come from a file by way of another command or of the shell. */
const HANDS_OVER = /[|<`]|\$\(|(?<!\S)(?:-F\s*-|--(?:body-)?file[= ]-|@-|-)(?!\S)/;
/** What hands on a file as it stands, or parts of it; what programs make of their files is beyond this. */
const PRINTS: ReadonlySet<string> = new Set(
  "awk base64 bat cat cut dd diff envsubst fmt fold grep head iconv jq less more nl paste pr rev rg sed sort tac tail tee tr uniq xargs xxd yq zcat".split(
    " ",
  ),
);

const READS_FROM = /(?<![<&])<(?![<(&])\s*("[^"]*"|'[^']*'|[^\s<>&|;()"'`]+)/g;

/** git that only reads is nobody's exit. */
const GIT_WRITES =
  /(?<![\w-])(?:commit|merge|notes|tag|branch|checkout|switch|worktree|push|remote|send-email|send-pack|subtree|update-ref)(?![\w-])/;

/** Whether a line may send anything away: a look at its words, for the many that do not. */
export function mayLeave(line: string): boolean {
  return MENTIONS.test(line) || MENTIONS.test(line.replaceAll(/['"]|\\\n?/g, ""));
}

/** What leaves with a line of shell. */
export async function shellExit(kernel: KernelView, line: string, cwd: string): Promise<readonly Leaving[]> {
  const reading = await (await kernel.service("permissions"))?.readShell(line).catch(() => undefined);
  const commands = reading?.commands ?? [];
  const unclear = reading === undefined || reading.unclear !== undefined;
  const leaving: Leaving[] = [];
  const { HOME: home } = kernel.env;
  let folder = cwd;
  let adds: readonly string[] | undefined;
  let exits =
    (unclear && (!/(?<![\w-])git(?![\w-])/.test(line) || GIT_WRITES.test(line))) || /\/dev\/(?:tcp|udp)\//.test(line);
  for (const command of commands) {
    const [program = "", ...args] = meant(command);
    // A program whose name is computed may be any.
    exits ||= program === "";
    if (program === "cd" && typeof args[0] === "string") folder = resolve(folder, args[0]);
    const name = basename(program);
    if (name === "git") {
      const { subcommand, rest, cwd: place } = takenApart(args, folder);
      if (subcommand === "add" || subcommand === "stage") adds = [...(adds ?? []), ...pathsIn(rest, place)];
      const found = await gitExit(kernel, { args, cwd: folder, ...(adds && { adds }) });
      leaving.push(...found);
      exits ||= found.length > 0;
    } else if (SENDS.has(name)) {
      exits = true;
      leaving.push(...sentTexts(command, [name, ...args], { cwd: folder, home, line }));
      if (args.includes("--push")) leaving.push(...(await gitExit(kernel, { args: ["push"], cwd: folder })));
    }
  }
  if (!exits) return [];
  // Messages may stand in here-documents and before pipes: the line as it is written holds them all.
  leaving.push({ place: "the command", text: line, inInput: true });
  if (HANDS_OVER.test(line)) {
    const read = [...line.matchAll(READS_FROM)].map(([, word = ""]) => word.replaceAll(/^["']|["']$/g, ""));
    const others = commands.map(meant).filter(([program = ""]) => PRINTS.has(basename(program)));
    const sending = { cwd: folder, home, place: "the file" };
    leaving.push(...namedFiles([...read, ...others.flatMap((words) => words.slice(1))], sending));
  }
  leaving.push(...packedTexts(commands.map(meant), { cwd: folder, home, place: "what is packed," }));
  return leaving.filter(({ text, partial }) => text !== "" || partial);
}

function meant({ words }: ShellCommand): readonly (string | undefined)[] {
  let at = 0;
  while (at < words.length - 1 && (WRAPPERS.has(words[at] ?? "") || /^(\w+=|-|\d)/.test(words[at] ?? ""))) at++;
  return words.slice(at);
}

/** What `git add` is given; everything where that is not certain. */
function pathsIn(rest: readonly (string | undefined)[], cwd: string): readonly string[] {
  const words = rest.filter((word) => word !== "--");
  const isCertain = words.length > 0 && words.every((word) => word !== undefined && !/^[-:]/.test(word));
  return isCertain ? words.map((word) => resolve(cwd, word!)) : [ALL];
}
