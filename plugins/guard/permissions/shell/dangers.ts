import { isWithin } from "../../../../schemas/is-within.js";
import { judgePath, type Place } from "../paths/judge-path.js";
import type { Views, View } from "./command-views.js";
import { folderOf } from "./folder-of.js";
import type { Simple, Word } from "./script.js";
import { SHELLS } from "./shell-text.js";
import { gitCommand } from "./spellings.js";

/** Something in a command line that cannot be undone. */
export interface Danger {
  readonly situation: "dangerous" | "critical";
  /** The words that a rule has to begin with to let it pass, and that a person types to approve it. */
  readonly named: string;
  readonly reason: string;
  /** The part of a line that it is about, where every word of it is known. */
  readonly piece?: Simple;
}

type Test = (args: readonly string[]) => boolean;

/** Any of these short options, joined with others or not, or one of the long ones. */
function has(letters: string, ...long: readonly string[]): Test {
  const short = new RegExp(`^-[A-Za-z0-9]*[${letters}]`);
  return (args) =>
    args.some((arg) => short.test(arg) || long.some((name) => arg === name || arg.startsWith(`${name}=`)));
}

/** These words in a row among the first, options and their values aside. */
const says =
  (...words: readonly string[]): Test =>
  (args) => {
    const plain = args.filter((arg) => !arg.startsWith("-")).map((arg) => arg.toLowerCase());
    return [0, 1, 2, 3].some((from) => words.every((word, place) => plain[from + place] === word));
  };
const always: Test = () => true;
const init: Test = (args) => /^[06]$/.test(args[0] ?? "");
const drive: Test = (args) => args.some((arg) => /^[A-Za-z]:/.test(arg));
const slashS: Test = (args) => args.some((arg) => /^\/s$/i.test(arg));
const everybody: Test = (args) => {
  const pids = args.filter((arg, place) => !(place === 0 && arg.startsWith("-")) && args[place - 1] !== "-s");
  return pids.some((pid) => pid === "1" || pid === "-1");
};

const RECURSIVE = has("R", "--recursive");

/** Programs, by name, and when they are dangerous. */
const PROGRAMS: ReadonlyMap<string, Test> = new Map<string, Test>([
  ..."dd sudo su doas pkexec runuser shutdown reboot halt poweroff killall truncate shred diskpart fdisk wipefs parted"
    .split(" ")
    .map((name) => [name, always] as const),
  ["rm", has("rRf", "--recursive", "--force")],
  ["chmod", RECURSIVE],
  ["chown", RECURSIVE],
  ["chgrp", RECURSIVE],
  ["init", init],
  ["kill", everybody],
  ["crontab", has("r")],
  ["docker", says("system", "prune")],
  ["podman", says("system", "prune")],
  ["kubectl", says("delete")],
  ["terraform", says("destroy")],
  ["tofu", says("destroy")],
  ["gh", says("repo", "delete")],
  ["del", slashS],
  ["rd", slashS],
  ["rmdir", slashS],
  ["format", drive],
  ["reg", says("delete")],
  ["remove-item", has("rR", "-Recurse", "-recurse")],
]);

const AS_ANOTHER: ReadonlySet<string> = new Set(["sudo", "su", "doas", "pkexec", "runuser"]);

/** Words after which nacre itself may do more than before: that is the person's to say, not the model's. */
const LOOSENS: readonly Test[] = [
  ...["install", "i", "trust", "enable", "update", "configure", "marketplace"].flatMap((verb) => [
    says("plugin", verb),
    says("plugins", verb),
  ]),
  says("config", "set"),
  says("hook", "enable"),
];

/** Words of a program that say more than its name. */
const NAMED: ReadonlyMap<string, string> = new Map([
  ["docker", "docker system prune"],
  ["podman", "podman system prune"],
  ["kubectl", "kubectl delete"],
  ["terraform", "terraform destroy"],
  ["tofu", "tofu destroy"],
  ["gh", "gh repo delete"],
  ["reg", "reg delete"],
  ["crontab", "crontab -r"],
]);

const GIT: ReadonlyMap<string, Test> = new Map<string, Test>([
  [
    "push",
    (args) =>
      has("fd", "--force", "--force-with-lease", "--mirror", "--delete")(args) || args.some((a) => /^[+:]./.test(a)),
  ],
  ["reset", has("", "--hard")],
  ["clean", has("f", "--force")],
]);

const DEVICE = /^\/dev\/(?!(?:null|zero|full|tty|stdin|stdout|stderr)$|(?:fd|shm|pts)\/)/;
const FORK_BOMB = /([\w:.]{1,40})\s*\(\s*\)\s*\{\s*\1\s*\|\s*\1\s*&/;
const RUNS_INPUT = /^(?:python[\d.]*|perl|ruby|node|php|deno|bun|source|\.|eval)$/;
const DOWNLOADS = /^(?:curl|wget|fetch|aria2c)$/;

const program = (part: Pick<Word, "text"> | undefined): string => (part?.text ?? "").replace(/^.*[\\/]/, "");

/** Whether a program has a form that cannot be undone, so that an option that is not known matters. */
export function canBeDangerous(name: string): boolean {
  return name === "git" || PROGRAMS.has(program({ text: name }).toLowerCase());
}

/** Everything dangerous that can be seen in a command line. */
export function dangersIn(line: string, { views, pieces, own }: Views, place: Place): readonly Danger[] {
  const found: Danger[] = [];
  let piece: Simple | undefined;
  const add = (named: string, reason: string, situation: Danger["situation"] = "dangerous"): void => {
    found.push({ situation, named, reason, ...(piece && { piece }) });
  };
  const cwds = [place.cwd];
  for (const view of views) {
    const { words } = view;
    const isKnown =
      own?.includes(view.piece) &&
      view.piece.words.includes(words[0]!) &&
      !view.piece.words.some(({ dynamic }) => dynamic);
    piece = isKnown ? view.piece : undefined;
    const folder = folderOf(view, cwds.at(-1)!, place);
    if (folder !== undefined) cwds.push(folder);
    const head = program(words[0]);
    const name = head.toLowerCase();
    const args = words.slice(1).map(({ text }) => text);
    if (PROGRAMS.get(name)?.(args) || name.startsWith("mkfs"))
      add(
        NAMED.get(name) ?? head,
        AS_ANOTHER.has(name) ? `${head} runs it as another user` : `${NAMED.get(name) ?? head} cannot be undone`,
      );
    if (name === "git") gitDanger(args, add);
    if (name === "nacre" && LOOSENS.some((test) => test(args))) {
      add(head, "it changes what nacre itself loads or allows");
    }
    if (name === "rm" || name === "rmdir") removal(words, { ...place, cwds }, add);
    if (DEVICE.test(args.find((arg) => DEVICE.test(arg)) ?? "") && /^(?:tee|cp|mv|install)$/.test(name)) {
      add(head, `${head} writes to a device`);
    }
  }
  piece = undefined;
  for (const { redirects } of pieces) {
    const device = redirects.find(({ operator, target }) => operator.includes(">") && DEVICE.test(target.text));
    if (device) add(device.target.text, `it writes to the device ${device.target.text}`);
  }
  if (FORK_BOMB.test(line)) add(":", "it starts itself without end");
  if (runsDownload(views)) add("sh", "it runs what it downloads");
  return found;
}

type Add = (named: string, reason: string, situation?: Danger["situation"]) => void;

function gitDanger(args: readonly string[], add: Add): void {
  const [name = "", ...rest] = gitCommand(args);
  if (GIT.get(name)?.(rest)) add(`git ${name}`, `git ${name} in this form cannot be undone`);
}

/** With the folders that a line can stand in. */
interface Places extends Place {
  readonly cwds: readonly string[];
}

function removal(words: readonly Word[], place: Places, add: Add): void {
  const head = words[0]!.text;
  const end = words.findIndex(({ text }) => text === "--");
  for (const [at, part] of words.entries()) {
    if (at === 0 || (part.text.startsWith("-") && (end < 0 || at <= end))) continue;
    if (place.cwds.some((cwd) => isCritical(part, place, cwd)))
      add(head, `${head} would remove ${part.text}`, "critical");
    else if (part.dynamic) add(head, `what ${head} removes is not known beforehand`);
    else if (!place.cwds.every((cwd) => judgePath(part.text, { ...place, cwd }, part.tilde).inside))
      add(head, `${head} would remove files outside the workspace`);
  }
}

/** Only wildcards: everything there is. */
const isEverything = (name: string): boolean => /^[.?*]+$/.test(name) && /[?*]/.test(name);
const VARIABLE_ROOT = /^(?:\$\w+|\$\{[^}]*\}|\$\([^)]*\)|`[^`]*`)\/+[.?*]*$/;
const DRIVE = /^[A-Za-z]:[\\/]?[^\\/]*[\\/]?\*?$/;

/** The root, what stands right under it, home, the working folder, a folder above it, or all that is in one of those. */
function isCritical(part: Word, place: Place, cwd: string): boolean {
  const known = part.text
    .replace(/^\$(?:HOME|\{HOME\})(?=\/|$)/, place.home)
    .replace(/^\$(?:PWD|\{PWD\})(?=\/|$)/, cwd);
  if (VARIABLE_ROOT.test(known) || DRIVE.test(known) || (part.tilde && /^~[\w+-]+\/?$/.test(known))) return true;
  const brace = known.indexOf("{");
  if (/[$`]/.test(known)) return false;
  const path = part.dynamic && brace >= 0 ? `${known.slice(0, brace)}*` : known;
  const segments = path.split("/");
  while (segments.length > 1 && segments.at(-1) === "") segments.pop();
  if (isEverything(segments.at(-1)!)) segments.pop();
  const base = segments.join("/") || (path.startsWith("/") ? "/" : ".");
  const { candidates } = judgePath(base, { ...place, cwd }, part.tilde);
  return candidates.some((one) => isPrecious(one, place));
}

function isPrecious(path: string, { cwd, home, folders }: Place): boolean {
  if (path.lastIndexOf("/") === 0) return true;
  return [cwd, home, ...folders].some((kept) => isWithin(path, kept));
}

/** `curl ... | sh`, `sh <(curl ...)`, `eval "$(wget ...)"`. */
function runsDownload(views: readonly View[]): boolean {
  const downloads = views.some(({ words }) => DOWNLOADS.test(program(words[0])));
  return (
    downloads &&
    views.some(({ words, piece }) => {
      const head = program(words[0]);
      const runs = SHELLS.test(head) || RUNS_INPUT.test(head);
      return runs && (piece.from !== undefined || words.some(({ dynamic }) => dynamic));
    })
  );
}
