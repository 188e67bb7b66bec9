import { resolve } from "node:path";
import type { KernelView } from "../../../core/types.js";
import { addedLines } from "./added-lines.js";
import { fileText } from "./file-text.js";
import { unknown, type Leaving } from "./look.js";
import { namedFiles } from "./named-files.js";
import { readGit, type GitPlace, type GitText } from "./read-git.js";
import { OWN, takenApart, withoutAlias } from "./subcommand-of.js";

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
  "send-pack": "the name that is pushed",
  subtree: "the name that is pushed",
  "update-ref": "the branch name",
  remote: "the address",
  "send-email": "the mail",
};

/** These send commits. */
const PUSHES: ReadonlySet<string> = new Set(["push", "send-pack", "subtree", "send-email"]);

/** All files of a repository, wherever in it git works. */
export const ALL = ":/";

/** Commits that a push is looked through for. */
const MOST_COMMITS = 200;

/** New files that are looked into. */
const MOST_FILES = 500;

const DIFF = [
  "--no-ext-diff",
  "--no-textconv",
  // What the repository calls binary is sent all the same.
  "--text",
  "--no-color",
  "--unified=0",
  "--no-prefix",
  "--ignore-submodules=dirty",
];

/** What leaves, now or later, with a git command. */
export async function gitExit(kernel: KernelView, call: GitCall): Promise<readonly Leaving[]> {
  const isKnown = (name: string): boolean => Object.hasOwn(WRITES, name);
  const parts = await withoutAlias(kernel, takenApart(call.args, call.cwd), isKnown);
  const { subcommand, rest, cwd } = parts;
  // What stands in the place of the subcommand may be a word of one that is computed.
  if (parts.computed && !isKnown(subcommand) && !OWN.has(subcommand))
    return [{ place: "the words of git", text: call.args.join(" "), inInput: true }];
  if (!isKnown(subcommand)) return [];
  const place = WRITES[subcommand]!;
  const words = rest.filter((word) => word !== undefined);
  const { message, others } = messageIn(words);
  const leaving: Leaving[] = [
    { place: "the message", text: message, inInput: true },
    { place, text: others, inInput: true },
  ];
  for (const path of messageFiles(words)) leaving.push({ place: "the message file", ...fileText(resolve(cwd, path)) });
  if (subcommand === "commit") leaving.push(...(await stagedTexts(kernel, parts, call, words)));
  if (subcommand === "send-email") leaving.push(...namedFiles(words, { cwd, place: "the mail" }));
  if (PUSHES.has(subcommand)) leaving.push(...(await pushedTexts(kernel, parts, words)));
  return leaving;
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
    const [, joined] = /^(?:--(?:file?|te\w*)=|-[a-z]*F)(.+)$/.exec(word) ?? [];
    if (joined !== undefined) return [joined];
    const isFlag = /^(?:-[a-z]*F|-t|--file?|--te\w*)$/.test(word);
    return isFlag && words[place + 1] !== undefined ? [words[place + 1]!] : [];
  });
}

/** What a commit adds: what is staged, and what is to be staged before it runs. */
async function stagedTexts(
  kernel: KernelView,
  at: GitPlace,
  { adds }: GitCall,
  words: readonly string[],
): Promise<readonly Leaving[]> {
  const staged = await readGit(kernel, at, ["diff", "--cached", ...DIFF]);
  if (!staged) return [unknown("what is committed")];
  const paths = adds ?? (takesMore(words) ? [ALL] : undefined);
  if (paths === undefined) return addedLines("the staged change of", staged);
  const changed = await readGit(kernel, at, ["diff", ...DIFF, "--", ...paths]);
  const leaving = [...addedLines("the staged change of", staged), ...addedLines("the change of", changed)];
  if (adds === undefined) return leaving;
  const fresh = await readGit(kernel, at, ["ls-files", "--others", "--exclude-standard", "-z", "--", ...paths]);
  const names = (fresh?.text ?? "").split("\0").filter((name) => name !== "");
  leaving.push({ place: "the names of new files", text: names.join("\n"), inInput: false });
  for (const name of names.slice(0, MOST_FILES))
    leaving.push({ place: `the new file ${name}`, ...fileText(resolve(at.cwd, name)) });
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

/** Messages and changes of commits that no remote has yet, and the names of branches and tags. */
async function pushedTexts(kernel: KernelView, at: GitPlace, words: readonly string[]): Promise<readonly Leaving[]> {
  const named = words.flatMap((word) => /^\+?([\w./@{}~^][^:]*)/.exec(word)?.[1] ?? []);
  const unpushed = ["--ignore-missing", "HEAD", "--branches", "--tags", ...(await known(kernel, at, named))];
  const range = [...unpushed, ...(await knownThere(kernel, at, words))];
  const most = `--max-count=${MOST_COMMITS + 1}`;
  const withTags = words.some((word) => /^--(?:tags|follow-tags|mirror)$/.test(word));
  const tags = withTags ? ["refs/tags"] : named.map((name) => `refs/tags/${name.replace(/^(?:refs\/)?tags\//, "")}`);
  const [messages, changes, names, notes] = await Promise.all([
    readGit(kernel, at, ["log", most, "--format=%B%x00", "--no-patch", ...range]),
    readGit(kernel, at, ["log", most, "--format=", "--patch", "--cc", ...DIFF, ...range]),
    readGit(kernel, at, ["for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/tags"]),
    tags.length > 0 ? readGit(kernel, at, ["for-each-ref", "--format=%(contents)", ...tags]) : undefined,
  ]);
  const plain = (place: string, one: GitText | undefined): Leaving => {
    return { place, text: one?.text ?? "", inInput: false, ...(one?.partial && { partial: one.partial }) };
  };
  if (!messages && !changes) return [unknown("what is pushed")];
  const isMore = (messages?.text.split("\0").length ?? 0) > MOST_COMMITS + 1;
  return [
    ...(isMore ? [unknown(`commits beyond the newest ${MOST_COMMITS} that are pushed`)] : []),
    plain("the messages of commits that are pushed", messages),
    ...addedLines("the pushed change of", changes),
    plain("the names of branches and tags", names),
    plain("the messages of tags that are pushed", notes),
  ];
}

/** Options that leave out what the remote has that is pushed to: what another one knows may be news there. */
async function knownThere(kernel: KernelView, at: GitPlace, words: readonly string[]): Promise<readonly string[]> {
  const remotes = ((await readGit(kernel, at, ["remote"]))?.text ?? "").split("\n").filter((name) => name !== "");
  const named = words.find((word) => remotes.includes(word));
  if (named !== undefined) return ["--not", `--remotes=${named}`];
  if (words.some((word) => /^[^-].*[:/\\]/.test(word) && !/^\+?(?:refs|heads|tags)\/|^[\w.-]+:[\w./-]+$/.test(word)))
    return [];
  if (remotes.length < 2) return ["--not", "--remotes"];
  const head = (await readGit(kernel, at, ["symbolic-ref", "--quiet", "HEAD"]))?.text.trim() ?? "";
  const told =
    head === "" ? undefined : await readGit(kernel, at, ["for-each-ref", "--format=%(push:remotename)", head]);
  const usual = told?.text.trim() ?? "";
  return usual === "" ? [] : ["--not", `--remotes=${usual}`];
}

/** Those of some words that name a commit, such as notes or a stash, which no branch holds. */
async function known(kernel: KernelView, at: GitPlace, words: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(
    words.map((word) =>
      readGit(kernel, at, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${word}^{commit}`]),
    ),
  );
  return found.flatMap((one) => one?.text.trim() || []);
}
