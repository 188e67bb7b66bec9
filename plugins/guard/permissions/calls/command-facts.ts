import { existsSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { judgePath, type Place } from "../paths/judge-path.js";
import { viewsOf, viewOfWords, isWrapper, type Views } from "../shell/command-views.js";
import { dangersIn } from "../shell/dangers.js";
import { gitTrap } from "../shell/git.js";
import { parseOptions } from "../shell/options.js";
import { FILE_COMMANDS } from "../shell/read-only-table.js";
import { readsOnly } from "../shell/read-only.js";
import { ASSIGNMENT } from "../shell/shell-text.js";
import { plainList } from "../shell/plain-list.js";
import { MAX_COMMAND, oddCharacter, simpleCommand, type Word } from "../shell/simple-command.js";
import { touchedBy } from "../shell/touched.js";
import { unwrapped } from "../shell/unwrap.js";
import type { Circumstance, SimpleText } from "./circumstance.js";
import { pathCircumstances, type PathFact } from "./path-facts.js";

/** What is known of a command line. */
export interface CommandFacts {
  readonly line: string;
  /** It certainly is one simple command; this is what allow rules are compared with. */
  readonly simple?: SimpleText;
  /** Every command that can be seen in it, after quote removal: what deny and ask rules are compared with. */
  readonly seen: readonly string[];
  readonly paths: readonly PathFact[];
  readonly circumstances: readonly Circumstance[];
}

/** Judges a command line that a shell will run; only bash's language is known well enough to read it with certainty. */
export function commandFacts(line: string, place: Place, isBash: boolean): CommandFacts {
  const long = line.length > MAX_COMMAND;
  const views: Views = viewsOf(long ? line.slice(0, MAX_COMMAND) : line);
  const odd = oddCharacter(line, true);
  const simple = isBash ? simpleCommand(line) : "it is not for bash";
  const hidden = long ? simple : odd === undefined ? views.unclear : `it contains the character ${odd}`;
  if (typeof simple !== "string") return factsOf({ line, place, views, words: simple });
  const list = isBash && hidden === undefined ? plainList(line) : "";
  if (typeof list !== "string") return factsOf({ line, place, views, list });
  const shown = short(line);
  const reason =
    hidden === undefined ? `${shown}: ${simple}` : `${shown} cannot be read with certainty: ${String(hidden)}`;
  return factsOf({ line, place, views, unknown: { situation: hidden === undefined ? "shell" : "opaque", reason } });
}

/** Judges a program that is started without a shell. */
export function argumentFacts(texts: readonly string[], effect: string, place: Place): CommandFacts {
  const words = texts.map((text): Word => ({ text, raw: quoted(text), tilde: false }));
  const line = words.map(({ raw }) => raw).join(" ");
  return factsOf({ line, place, views: viewOfWords(texts), words, reads: effect === "read" });
}

interface Reading {
  readonly line: string;
  readonly place: Place;
  readonly views: Views;
  /** Certain words of a simple command. */
  readonly words?: readonly Word[];
  /** The certain words of each part of a list. */
  readonly list?: readonly (readonly Word[])[];
  /** The tool itself says that this input only reads, and takes care of how. */
  readonly reads?: boolean;
  readonly unknown?: Circumstance;
}

function factsOf({ line, place, views, words, list, reads, unknown }: Reading): CommandFacts {
  const what = words ? classify(words, place, reads) : list && classifyList(list, place);
  const touched = touchedBy(views, place).map(({ path, tilde, operation, cwd }): PathFact => {
    return { judged: judgePath(path, { ...place, cwd }, tilde), operation, folder: false };
  });
  const dangers = dangersIn(line, views, place).map(({ situation, named, reason }): Circumstance => {
    return { situation, named, reason: `${short(line)}: ${reason}` };
  });
  const traps = touched
    .flatMap((fact) => pathCircumstances(fact, place.folders))
    .filter(({ situation }) => TRAPS.has(situation));
  const seen = views.views.map(({ words: parts }) => parts.map(({ text }) => text).join(" "));
  return {
    line,
    ...(words && { simple: simpleText(words) }),
    seen: [...new Set([line.trim(), ...seen])],
    paths: [...(what?.paths ?? []), ...touched],
    circumstances: [...(what?.circumstances ?? [unknown!]), ...traps, ...dangers],
  };
}

/** What counts even for a file of a command that cannot be read with certainty. */
const TRAPS: ReadonlySet<string> = new Set(["protected", "secret", "secretOutside"]);

function simpleText(words: readonly Word[]): SimpleText {
  // Quotes around a word that needs none say nothing.
  const text = (list: readonly Word[]): string =>
    list.map((word) => (needsNone(word) ? word.text : word.raw)).join(" ");
  const { words: bare } = unwrapped(words);
  const head = bare[0]!.text;
  const runs = head === "find" && bare.some((word) => /^-(?:exec|ok|delete|fprint|fls)/.test(word.text));
  return { whole: text(words), bare: text(bare), exactOnly: isWrapper(head) || runs || ASSIGNMENT.test(head) };
}

interface Kind {
  readonly paths: readonly PathFact[];
  readonly circumstances: readonly Circumstance[];
}

function needsNone({ text }: Word): boolean {
  return /^[\w\-./:,@%+=^]+$/.test(text);
}

/**
 * What the parts of a list are. Each that does more than read needs a rule of its own; beside such a part, one that reads
 * files does too, as what its paths lead to is only known once the other has run.
 */
function classifyList(list: readonly (readonly Word[])[], place: Place): Kind {
  const kinds = list.map((words) => ({ words, kind: classify(words, place, undefined) }));
  const reads = ({ circumstances }: Kind): boolean => circumstances[0]?.situation === "readShell";
  const pure = kinds.every(({ kind }) => reads(kind));
  const circumstances = kinds.flatMap(({ words, kind }) => {
    if (reads(kind) && (pure || kind.paths.length === 0)) return kind.circumstances;
    const shown = short(words.map(({ raw }) => raw).join(" "));
    const asked = { situation: "shell", reason: `${shown} is not known to only read` } as const;
    const others = kind.circumstances.filter(({ situation }) => TRAPS.has(situation));
    return [{ ...asked, command: simpleText(words) }, ...others];
  });
  return { paths: kinds.flatMap(({ kind }) => kind.paths), circumstances };
}

/** What a simple command is: one that reads, one that changes files, or any other. */
function classify(given: readonly Word[], place: Place, reads: boolean | undefined): Kind {
  const { words, more } = unwrapped(given);
  const shown = short(given.map(({ raw }) => raw).join(" "));
  const shell = (why: string): Kind => ({
    paths: [],
    circumstances: [{ situation: "shell", reason: `${shown} ${why}` }],
  });
  if (reads === false || more) return shell("is not known to only read");
  const read = readsOnly(words) ?? (reads && words[0]!.text !== "git" ? [] : undefined);
  const changed = !read && reads === undefined ? filesChanged(words) : undefined;
  const used = read?.map((word) => [word, "read"] as const) ?? changed;
  if (!used) return shell("is not known to only read");
  const paths = used.map(([word, operation]): PathFact => {
    return { judged: judgePath(word.text, place, word.tilde), operation, folder: true };
  });
  const trap = read && !reads ? readingTrap(words, paths, place) : undefined;
  if (trap !== undefined) return shell(trap);
  const found = paths.flatMap((fact) => pathCircumstances(fact, place.folders));
  if (!read) {
    const circumstances = found.filter(({ situation }) => situation !== "write" && situation !== "read").map(asCommand);
    return { paths, circumstances: [{ situation: "fileShell", reason: `${shown} changes files` }, ...circumstances] };
  }
  const situation = reads ? "read" : "readShell";
  const circumstances = showsNamesOnly(words) ? found.map(withoutSecret) : found;
  return { paths, circumstances: [{ situation, reason: `${shown} only reads` }, ...circumstances] };
}

/** A command that reaches outside is like any other command. */
function asCommand(one: Circumstance): Circumstance {
  return one.situation === "writeOutside" ? { ...one, situation: "shell" } : one;
}

/** Why a command that only reads could still do or show more than it seems. */
function readingTrap([head, ...rest]: readonly Word[], paths: readonly PathFact[], place: Place): string | undefined {
  const name = head!.text;
  if (name === "git") {
    const trap = gitTrap(place);
    return trap && `could do more than read: ${trap}`;
  }
  if (name === "diff" && paths.some(isFolder)) return "compares folders, and can follow links in them";
  if (!searchesHidden(name, rest)) return undefined;
  const folders = paths.length === 0 ? [place.cwd] : paths.map(({ judged }) => judged.candidates.at(-1)!);
  const folder = folders.find((one) => existsSync(join(one, ".env")));
  return folder && `could show what is in ${join(folder, ".env")}`;
}

/** The files of a command that changes just them, in a form that is known. */
function filesChanged(words: readonly Word[]): readonly (readonly [Word, "read" | "write"])[] | undefined {
  const head = words[0]!.text;
  const options = FILE_COMMANDS.get(head);
  const operands = options && parseOptions(words.slice(1), options)?.operands;
  if (!operands || operands.length === 0) return undefined;
  if (head !== "cp" && head !== "mv") return operands.map((word) => [word, "write"]);
  const last = operands.at(-1)!;
  const taken = operands.slice(0, -1);
  // Copied into a folder, a file keeps its name, and a link of that name is followed.
  const inside = taken.map(({ text }): Word => ({ ...last, text: `${last.text}/${basename(text)}` }));
  const written = [last, ...inside, ...(head === "mv" ? taken : [])];
  return [...taken.map((word) => [word, "read"] as const), ...written.map((word) => [word, "write"] as const)];
}

function isFolder({ judged: { candidates, problem } }: PathFact): boolean {
  return problem === undefined && (statSync(candidates.at(-1)!, { throwIfNoEntry: false })?.isDirectory() ?? false);
}

/** A search through folders that leaves out no file for its name. */
function searchesHidden(name: string, args: readonly Word[]): boolean {
  const option = /^[ef]?grep$/.test(name) ? /^(?:-[A-Za-z]*r|--recursive$)/ : /^(?:-[A-Za-z]*[u.]|--hidden$)/;
  return /^(?:[ef]?grep|rg)$/.test(name) && args.some(({ text }) => option.test(text));
}

const NAMES_ONLY: ReadonlySet<string> = new Set("ls stat du df readlink realpath find cd".split(" "));
const GIT_NAMES_ONLY: ReadonlySet<string> = new Set(["status", "ls-files", "check-ignore"]);

/** What it shows of a file is that it is there. */
function showsNamesOnly([head, next]: readonly Word[]): boolean {
  return NAMES_ONLY.has(head!.text) || (head!.text === "git" && GIT_NAMES_ONLY.has(next?.text ?? ""));
}

function withoutSecret(one: Circumstance): Circumstance {
  const { secret: _, ...rest } = one;
  if (one.situation === "secret") return { ...rest, situation: "read" };
  return one.situation === "secretOutside" ? { ...rest, situation: "readOutside" } : one;
}

/** A word as a shell would have to be given it. */
function quoted(text: string): string {
  return /^[\w\-./:,@%+=^]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** The line as it is shown in a sentence. */
function short(line: string): string {
  const one = line.length > 200 ? `${line.slice(0, 200)}...` : line;
  return `\`${JSON.stringify(one).slice(1, -1).replaceAll('\\"', '"')}\``;
}
