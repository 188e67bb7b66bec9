import { resolve } from "node:path";
import type { KernelView } from "../../../core/types.js";
import { addedLines } from "./added-lines.js";
import { fileText } from "./file-text.js";
import type { Leaving } from "./look.js";
import { readGit, type GitText } from "./own-git.js";

/** A git command on its way. */
export interface GitCall {
  /** What git is handed; undefined where a word is computed. */
  readonly args: readonly (string | undefined)[];
  readonly cwd: string;
  /** Paths that are staged before it in the same line. */
  readonly adds?: readonly string[];
}

/** Subcommands that write something down that others will read, and what their words are. */
const WRITES: Readonly<Record<string, string>> = {
  commit: "the words of git commit",
  merge: "the words of git merge",
  notes: "the note",
  tag: "the tag",
  branch: "the branch name",
  checkout: "the branch name",
  switch: "the branch name",
  worktree: "the branch name",
  push: "the name that is pushed",
  remote: "the address",
  "send-email": "the mail",
};

/** Options before the subcommand that take the next word. */
const WITH_VALUE: ReadonlySet<string> = new Set(["-C", "-c", "--git-dir", "--work-tree", "--namespace", "--exec-path"]);

/** Commits that a push is looked through for. */
const MOST_COMMITS = 200;

/** New files that are looked into. */
const MOST_FILES = 500;

const DIFF = ["--no-ext-diff", "--no-textconv", "--no-color", "--unified=0", "--no-prefix"];

/** What leaves, now or later, with a git command. */
export async function gitExit(kernel: KernelView, call: GitCall): Promise<readonly Leaving[]> {
  const { subcommand, rest, cwd } = takenApart(call);
  const place = Object.hasOwn(WRITES, subcommand) ? WRITES[subcommand]! : undefined;
  if (place === undefined) return [];
  const words = rest.filter((word) => word !== undefined);
  const { message, others } = messageIn(words);
  const leaving: Leaving[] = [
    { place: "the message", text: message, inInput: true },
    { place, text: others, inInput: true },
  ];
  for (const path of messageFiles(words)) leaving.push({ place: "the message file", ...fileText(cwd, path) });
  if (subcommand === "commit") leaving.push(...(await stagedTexts(kernel, cwd, call, words)));
  if (subcommand === "push") leaving.push(...(await pushedTexts(kernel, cwd)));
  return leaving;
}

/** The subcommand, what follows it, and where it works. */
export function takenApart({ args, cwd }: Pick<GitCall, "args" | "cwd">): {
  subcommand: string;
  rest: GitCall["args"];
  cwd: string;
} {
  let folder = cwd;
  for (let place = 0; place < args.length; place++) {
    const word = args[place] ?? "";
    if (!word.startsWith("-")) return { subcommand: word, rest: args.slice(place + 1), cwd: folder };
    if (word === "-C") folder = resolve(folder, args[place + 1] ?? ".");
    if (WITH_VALUE.has(word)) place++;
  }
  return { subcommand: "", rest: [], cwd: folder };
}

/** The message as git puts it together, and all other words. */
function messageIn(words: readonly string[]): { readonly message: string; readonly others: string } {
  const messages: string[] = [];
  const others: string[] = [];
  for (let place = 0; place < words.length; place++) {
    const word = words[place]!;
    const [, joined] = /^(?:--message=|-[a-zA-Z]*m(?=.))([^]*)$/.exec(word) ?? [];
    if (/^(?:-[a-zA-Z]*m|--message)$/.test(word)) messages.push(words[++place] ?? "");
    else if (joined !== undefined) messages.push(joined);
    else others.push(word);
  }
  return { message: messages.join("\n\n"), others: others.join(" ") };
}

function messageFiles(words: readonly string[]): readonly string[] {
  return words.flatMap((word, place) => {
    const [, joined] = /^(?:--(?:file|template)=|-[a-z]*F)(.+)$/.exec(word) ?? [];
    if (joined !== undefined) return [joined];
    const isFlag =
      word === "-F" || word === "--file" || word === "-t" || word === "--template" || /^-[a-z]+F$/.test(word);
    return isFlag && words[place + 1] !== undefined ? [words[place + 1]!] : [];
  });
}

/** What a commit adds: what is staged, and what is to be staged before it runs. */
async function stagedTexts(
  kernel: KernelView,
  cwd: string,
  { adds }: GitCall,
  words: readonly string[],
): Promise<readonly Leaving[]> {
  const staged = await readGit(kernel, cwd, ["diff", "--cached", ...DIFF]);
  const paths = adds ?? (takesMore(words) ? ["."] : undefined);
  if (paths === undefined) return addedLines("the staged change of", staged);
  const changed = await readGit(kernel, cwd, ["diff", ...DIFF, "--", ...paths]);
  const leaving = [...addedLines("the staged change of", staged), ...addedLines("the change of", changed)];
  if (adds === undefined) return leaving;
  const fresh = await readGit(kernel, cwd, ["ls-files", "--others", "--exclude-standard", "-z", "--", ...paths]);
  const names = (fresh?.text ?? "").split("\0").filter((name) => name !== "");
  for (const name of names.slice(0, MOST_FILES))
    leaving.push({ place: `the new file ${name}`, ...fileText(cwd, name) });
  if (names.length > MOST_FILES) leaving.push({ place: "the new files", text: "", inInput: false, partial: true });
  return leaving;
}

/** Options and paths with which a commit takes along what is not staged yet. */
function takesMore(words: readonly string[]): boolean {
  return words.some((word, place) => {
    if (/^-[a-ln-z]*[aiop]|^--(all|include|only|patch|pathspec)|^--$/.test(word)) return true;
    return !word.startsWith("-") && !/^(-[a-zA-Z]*[mFtCc]|--[\w-]+)$/.test(words[place - 1] ?? "");
  });
}

/** Messages and changes of commits that no remote has yet, and the names of their branches. */
async function pushedTexts(kernel: KernelView, cwd: string): Promise<readonly Leaving[]> {
  const unpushed = ["--branches", "--tags", "--not", "--remotes"];
  const most = `--max-count=${MOST_COMMITS}`;
  const [messages, changes, names] = await Promise.all([
    readGit(kernel, cwd, ["log", most, "--format=%B%x00", "--no-patch", ...unpushed]),
    readGit(kernel, cwd, ["log", most, "--format=", "--patch", ...DIFF, ...unpushed]),
    readGit(kernel, cwd, ["for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/tags"]),
  ]);
  const plain = (place: string, one: GitText | undefined): Leaving => {
    return { place, text: one?.text ?? "", inInput: false, ...(one?.partial && { partial: true }) };
  };
  return [
    plain("the messages of commits that are pushed", messages),
    ...addedLines("the pushed change of", changes),
    plain("the names of branches and tags", names),
  ];
}
