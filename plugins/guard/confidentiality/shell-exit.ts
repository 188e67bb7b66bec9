import { basename, resolve } from "node:path";
import type { KernelView } from "../../../core/types.js";
import type { ShellCommand } from "../../../schemas/guards.js";
import { userHome } from "../../../schemas/user-home.js";
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
  const home = userHome(kernel.env);
  const commands = (reading?.commands ?? []).map((one) => ({
    ...one,
    words: one.words.map((word) => atHome(word, home)),
  }));
  const way = new Way(kernel, line, cwd);
  for (const command of commands) await way.take(command);
  const unclear = reading === undefined || reading.unclear !== undefined;
  const mayWrite = !/(?<![\w-])git(?![\w-])/.test(line) || GIT_WRITES.test(line);
  if (!way.exits && !(unclear && mayWrite) && !/\/dev\/(?:tcp|udp)\//.test(line)) return [];
  const words = commands.map(meant);
  const at = { cwd: way.folder, home };
  return [
    ...way.leaving,
    // Messages may stand in here-documents and before pipes: the line as it is written holds them all.
    { place: "the command", text: line, inInput: true },
    ...(HANDS_OVER.test(line) ? namedFiles(handedOver(line, words), { ...at, place: "the file" }) : []),
    ...packedTexts(words, { ...at, place: "what is packed," }),
  ].filter(({ text, partial }) => text !== "" || partial);
}

function atHome(word: string | undefined, home: string): string | undefined {
  return word?.replace(/^~(?=\/|$)/, () => home);
}

/** Where `cd` leads; it stays where that cannot be told. */
function folderOf(args: Words, folder: string): string {
  const word = args.find((one) => one === undefined || !/^-[LPe]+$|^--$/.test(one));
  return word === undefined || word === "-" ? folder : resolve(folder, word);
}

/** The commands of a line one after the other, each in the folder and with the staged files that those before it left. */
class Way {
  readonly leaving: Leaving[] = [];
  folder: string;
  /** Whether one of them sends something away. */
  exits = false;
  readonly #kernel: KernelView;
  readonly #line: string;
  #adds: readonly string[] | undefined;

  constructor(kernel: KernelView, line: string, cwd: string) {
    this.#kernel = kernel;
    this.#line = line;
    this.folder = cwd;
  }

  async take(command: ShellCommand): Promise<void> {
    const [program = "", ...args] = meant(command);
    // A program whose name is computed may be any.
    this.exits ||= program === "";
    if (program === "cd" || program === "pushd") this.folder = folderOf(args, this.folder);
    const name = basename(program);
    if (name === "git") await this.#git(args);
    else if (SENDS.has(name)) await this.#send(command, name, args);
  }

  async #git(args: Words): Promise<void> {
    const { subcommand, rest, cwd } = takenApart(args, this.folder);
    if (subcommand === "add" || subcommand === "stage") this.#adds = [...(this.#adds ?? []), ...pathsIn(rest, cwd)];
    const adds = this.#adds && { adds: this.#adds };
    const found = await gitExit(this.#kernel, { args, cwd: this.folder, ...adds });
    this.leaving.push(...found);
    this.exits ||= found.length > 0;
  }

  async #send(command: ShellCommand, name: string, args: Words): Promise<void> {
    this.exits = true;
    const at = { cwd: this.folder, home: userHome(this.#kernel.env), line: this.#line };
    this.leaving.push(...sentTexts(command, [name, ...args], at));
    const push = { args: ["push"], cwd: this.folder };
    if (args.includes("--push")) this.leaving.push(...(await gitExit(this.#kernel, push)));
  }
}

/** Words that may name a file which one command reads for another. */
function handedOver(line: string, commands: readonly Words[]): Words {
  const read = [...line.matchAll(READS_FROM)].map(([, word = ""]) => word.replaceAll(/^["']|["']$/g, ""));
  const printing = commands.filter(([program = ""]) => PRINTS.has(basename(program)));
  return [...read, ...printing.flatMap((words) => words.slice(1))];
}

/** A command's words; undefined where one is computed. */
type Words = readonly (string | undefined)[];

function meant({ words }: ShellCommand): Words {
  let at = 0;
  while (at < words.length - 1 && (WRAPPERS.has(words[at] ?? "") || /^(\w+=|-|\d)/.test(words[at] ?? ""))) at++;
  return words.slice(at);
}

/** What `git add` is given; everything where that is not certain. */
function pathsIn(rest: Words, cwd: string): readonly string[] {
  const words = rest.filter((word) => word !== "--");
  const isCertain = words.length > 0 && words.every((word) => word !== undefined && !/^[-:]/.test(word));
  return isCertain ? words.map((word) => resolve(cwd, word!)) : [ALL];
}
