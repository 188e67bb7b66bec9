import { closeSync, existsSync, openSync, readSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { secretsMatching } from "../paths/secrets-matching.js";
import { isWithin } from "../../../../schemas/is-within.js";
import { realPath } from "../../../../schemas/real-path.js";
import { submodulesOf, type Repository } from "./git-submodules.js";
import { GIT_READERS, LISTING } from "./git-table.js";
import type { Place } from "../paths/judge-path.js";
import { remembered } from "../paths/remembered.js";
import { parseOptions, type Parsed } from "./options.js";
import { literal, type Argument } from "./argument.js";

/** The words of a git command, as `plainGit` leaves it, that can name files, when it certainly only reads; undefined otherwise. */
export function readsWithGit(words: readonly Argument[]): readonly Argument[] | undefined {
  const name = words[1]?.text;
  if (name === "--version" && words.length === 2) return [];
  const page = name === "help" ? words[2]?.text : words[2]?.text === "--help" ? name : undefined;
  if (words.length === 3 && /^[a-z][a-z-]*$/.test(page ?? "")) return [];
  const reader = name === undefined ? undefined : GIT_READERS.get(name);
  if (!reader) return undefined;
  let rest = words.slice(2);
  const form = reader.forms?.includes(rest[0]?.text ?? "") ?? false;
  if (form) rest = rest.slice(1);
  const parsed = parseOptions(rest, reader);
  if (!parsed || checksSignatures(parsed) || startsInSubmodules(parsed)) return undefined;
  const lists =
    form || (name === "tag" && parsed.given.has("n")) || [...parsed.given].some((option) => LISTING.has(option));
  if (reader.only && !form) return undefined;
  if (reader.asks && !reader.asks.some((option) => parsed.given.has(option))) return undefined;
  if (parsed.operands.length > 0 && (reader.operands === "none" || (reader.operands === "listing" && !lists))) {
    return undefined;
  }
  if (name === "config") return readsConfig(parsed);
  // A second word would be what it is set to.
  if (name === "symbolic-ref" && (parsed.operands.length !== 1 || parsed.operands[0]!.unknown?.loose)) return undefined;
  // Without -n it would ask the host.
  if (name === "remote" && words[2]?.text === "show" && parsed.operands.length > 0 && !parsed.given.has("n"))
    return undefined;
  // `-L 1,5:FILE` names a file as well.
  const lines = (parsed.values.get("L") ?? []).flatMap((text) => endsOf(text)).map((text) => literal(text));
  const named = [...parsed.operands, ...lines];
  const colons = named.flatMap(({ text }) => text.match(/:/g) ?? []);
  return colons.length > MOST_COLONS ? undefined : named.flatMap((word) => pathsIn(word));
}

/** All settings, or some of them by a name; of the repository and the user, or of a file. */
function readsConfig({ operands, given, values }: Parsed): readonly Argument[] | undefined {
  const files = ["f", "file"].flatMap((name) => values.get(name) ?? []);
  if (!files.every((file) => /^[\w.][\w./-]*$/.test(file))) return undefined;
  const read = files.map((file) => literal(file));
  const [first] = operands;
  const word = !first?.unknown && /^(?:get|list)$/.test(first?.text ?? "") ? first?.text : undefined;
  const [key, ...more] = word === undefined ? operands : operands.slice(1);
  if (given.has("list") || given.has("l") || word === "list") return key ? undefined : read;
  if (!key || more.length > 0 || key.unknown || /header|token|pass|credential/i.test(key.text)) return undefined;
  // A word without a dot is no key: it says what to do, such as to start an editor.
  const isKey = key.text.includes(".") || given.has("get-regexp") || given.has("regexp");
  return isKey ? read : undefined;
}

/** Formats and orders that make git start a program to check signatures. */
function checksSignatures({ values }: Parsed): boolean {
  return ["pretty", "format", "sort", "group"].some((name) =>
    values.get(name)?.some((one) => /%G|%\(signature|^-?sign/.test(one)),
  );
}

/** A way of showing submodules that starts another git in each, also in one that was tracked once and is none now. */
function startsInSubmodules({ values }: Parsed): boolean {
  return values.get("submodule")?.some((one) => !/^(?:log|short)$/.test(one)) ?? false;
}

/** Colons that the words of one command can have: any of them can be the one before a name. */
const MOST_COLONS = 16;
/** What stands before a pattern of files, and says how it is meant. */
const MEANT = /^:(?:\(([^)]*)\)|[/!^]*)/;

/** `HEAD:.env`, `:0:.env`, `:(top).env` and `.e*` name a file too; `:!.env` leaves one out. */
function pathsIn(word: Argument): readonly Argument[] {
  const [meant = "", words] = MEANT.exec(word.text) ?? [];
  if (words === undefined ? /[!^]/.test(meant) : /(?:^|,)exclude(?:,|$)/.test(words)) return [word];
  const files = [...endsOf(word.text), ...(meant === "" ? [] : [word.text.slice(meant.length)])];
  const named = files.map((end) => ({ ...word, text: end.replace(/^\.?\//, "") || "." }));
  const found = [word, ...named].flatMap(({ text }) => secretsMatching(text));
  return [word, ...named, ...found.map((text) => literal(text))];
}

/** What stands behind each colon. */
function endsOf(text: string): readonly string[] {
  const parts = text.split(":");
  return parts.slice(1).map((_, at) => parts.slice(at + 1).join(":"));
}

/** Settings by which a repository makes even reading commands run programs or read elsewhere. */
const PROGRAMS =
  /fsmonitor|textconv|viewer|browser|\bcmd\s*=|command|worktree|showsignature|pager|promisor|partialclone|\bwhatchanged|\bsubmodule\s*=|\[\s*(?:help|include|filter|gpg|protocol)|\b(?:external|program|clean|process|smudge)\s*=/i;
const MAX_CONFIG = 64 * 1024;

/**
 * Why a reading git command could run something of the repository's own, if it could: git reads the repository's
 * configuration and its hooks, and a folder below the session's can hold a repository nobody looked at.
 */
export function gitTrap(place: Place): string | undefined {
  return remembered(place, `git ${place.cwd}`, () => trapIn(place));
}

function trapIn({ cwd: given, folders }: Place): string | undefined {
  const cwd = realPath(given);
  if (cwd === undefined) return "the working folder cannot be resolved";
  const root = folders.find((dir) => isWithin(dir, cwd));
  if (root === undefined) return "the working folder is outside the workspace";
  for (let dir = cwd; ; dir = dirname(dir)) {
    const git = join(dir, ".git");
    const bare = !existsSync(git) && existsSync(join(dir, "HEAD")) && existsSync(join(dir, "objects"));
    if (bare) return `${dir} looks like a bare repository`;
    if (existsSync(git)) return dir === root ? configTrap(git) : `${dir} is a repository of its own`;
    if (dir === root || dir === dirname(dir)) return parentTrap(root);
  }
}

/** The workspace can be a folder of a repository above it. */
function parentTrap(root: string): string | undefined {
  for (let dir = dirname(root); ; dir = dirname(dir)) {
    if (existsSync(join(dir, ".git"))) return configTrap(join(dir, ".git"));
    if (dir === dirname(dir)) return undefined;
  }
}

/** The real path of the repository that a folder lies in, as git tells it. */
export function repositoryRoot(cwd: string): string | undefined {
  for (let dir = cwd; ; dir = dirname(dir)) {
    if (existsSync(join(dir, ".git"))) return dir;
    if (dir === dirname(dir)) return undefined;
  }
}

/** So many repositories one within the other, or beside it, are looked at. */
const MOST_REPOSITORIES = 100;

function configTrap(git: string, budget: { left: number } = { left: MOST_REPOSITORIES }): string | undefined {
  try {
    if (budget.left-- <= 0) return "the repository has too many submodules";
    const isFolder = statSync(git).isDirectory();
    if (isFolder && existsSync(join(git, "commondir"))) return "the repository keeps its configuration elsewhere";
    const own = isFolder ? git : linkedFolder(git);
    const dir = isFolder ? git : repositoryOf(own);
    const repository = { own, dir, root: dirname(git) };
    const inside = submoduleTrap(repository, budget);
    if (inside !== undefined) return inside;
    const config = readStart(join(dir, "config"));
    if (PROGRAMS.test(withoutNames(withoutOwnTree(config, repository))))
      return "the repository's configuration can name programs to run";
    const hooks = hookFolders(config, dirname(git));
    if (!hooks) return "the repository's configuration names an unusual hook folder";
    const hook = [join(dir, "hooks"), ...hooks].some((folder) => existsSync(join(folder, "post-index-change")));
    return hook ? "a hook of the repository would run" : undefined;
  } catch {
    return "the repository's configuration cannot be read";
  }
}

/** Git looks into submodules with their own configuration and hooks. */
function submoduleTrap(repository: Repository, budget: { left: number }): string | undefined {
  const submodules = submodulesOf(repository);
  if (!submodules) return "the repository has submodules that cannot be looked at";
  for (const name of submodules.there) {
    const trap = configTrap(join(repository.root, name, ".git"), budget);
    if (trap !== undefined) return `in the submodule ${name}, ${trap}`;
  }
  const isOdd = (folder: string): boolean =>
    PROGRAMS.test(withoutNames(readStart(join(folder, "config")).replaceAll(TREE, "")));
  return submodules.kept.some(isOdd) ? "a submodule's configuration can name programs to run" : undefined;
}

const TREE = /^[ \t]*worktree[ \t]*=[ \t]*([\w./@+ -]+?)[ \t]*$/gm;

/** A submodule's configuration names the folder that it lies in. Another folder would be one it has no business in. */
function withoutOwnTree(config: string, { own, dir, root }: Repository): string {
  return config.replaceAll(TREE, (line, to: string) => {
    const tree = own === dir ? realPath(resolve(dir, to)) : undefined;
    return tree !== undefined && tree === realPath(root) ? "" : line;
  });
}

/**
 * Lines that name no program for a command that reads: names of branches, of remote repositories and of people, how
 * another host is reached, and git's own monitor.
 */
const NAMES = [
  /^[ \t]*fsmonitor[ \t]*=[ \t]*(?:true|false)[ \t]*$/gim,
  /^[ \t]*sshcommand[ \t]*=[ \t]*[\w@:/.~+ =-]+$/gim,
  /^[ \t]*\[(?:branch|remote) "[\w./@+#-]+"\][ \t]*$/gm,
  /^[ \t]*(?:url|pushurl|fetch|merge|remote|name|email|vscode-merge-base|github-pr-owner-number)[ \t]*=[ \t]*[\w@:/.~+*# -]+$/gim,
];

/** The rest of a configuration: a project or a branch can be called after what a setting is called. */
function withoutNames(config: string): string {
  return NAMES.reduce((text, pattern) => text.replaceAll(pattern, ""), config);
}

/** Where else the repository keeps hooks; undefined when that cannot be told for certain. */
function hookFolders(config: string, root: string): readonly string[] | undefined {
  const folders: string[] = [];
  for (const line of config.split("\n")) {
    if (!/hookspath/i.test(line)) continue;
    const value = /^\s*hookspath\s*=\s*([\w./@-]+)\s*$/i.exec(line)?.[1];
    if (value === undefined) return undefined;
    folders.push(resolve(root, value));
  }
  return folders;
}

/** `.git` of a worktree is a file that leads to its folder in the repository. */
function linkedFolder(file: string): string {
  const to = /^gitdir:\s*(.+)$/m.exec(readStart(file))?.[1];
  if (to === undefined) throw new Error("not a repository");
  return resolve(dirname(file), to.trim());
}

function repositoryOf(folder: string): string {
  const common = join(folder, "commondir");
  return existsSync(common) ? resolve(folder, readStart(common).trim()) : folder;
}

function readStart(file: string): string {
  // Opening what is no file could wait for ever.
  if (!statSync(file).isFile()) throw new Error("not a file");
  const buffer = Buffer.alloc(MAX_CONFIG);
  const handle = openSync(file, "r");
  try {
    const length = readSync(handle, buffer, 0, MAX_CONFIG, 0);
    if (length === MAX_CONFIG) throw new Error("too large");
    return buffer.toString("utf8", 0, length);
  } finally {
    closeSync(handle);
  }
}
