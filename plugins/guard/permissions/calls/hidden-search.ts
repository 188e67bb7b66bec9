import { join } from "node:path";
import { isWithin } from "../../../../schemas/is-within.js";
import type { Place } from "../paths/judge-path.js";
import { secretPart } from "../../../../schemas/secret-names.js";
import { keptNames } from "../paths/kept-names.js";
import type { Argument } from "../shell/argument.js";
import { matcher } from "../shell/glob-names.js";
import { parseOptions } from "../shell/options.js";
import { READERS } from "../shell/read-only-table.js";
import { secretBelow } from "./secret-below.js";

/** The first file with secrets that a command shows which searches through folders and leaves out no file for its name. */
export function secretSearched(
  words: readonly Argument[],
  folders: readonly string[],
  place: Place,
): string | undefined {
  const [head, ...rest] = words;
  const asked = [...valuesOf("include", rest), ...(head!.text === "rg" ? globsOf(words) : [])];
  const named = asked.find((glob) => secretPart(glob));
  if (named !== undefined) return named;
  const leftOut = [".git", "node_modules", ...valuesOf("exclude-dir", rest)];
  if (searchesHidden(head!.text, rest)) {
    const wanted = asked.map((glob) => matcher(glob.slice(glob.lastIndexOf("/") + 1)));
    const unwanted = valuesOf("exclude", rest)
      .filter((pattern) => PLAIN_PATTERN.test(pattern))
      .map(matcher);
    const takes = (file: string): boolean =>
      (wanted.length === 0 || wanted.some((one) => one(file))) && !unwanted.some((one) => one(file));
    return first(folders, (folder) => secretBelow(folder, { takes, without: leftOut }));
  }
  if (head!.text !== "rg") return undefined;
  const kept = folders.flatMap((folder) => keptNames(folder, place));
  const places = placed([...asked, ...kept]);
  return first(folders, (folder) =>
    first([...places], ([below, fits]) => {
      const start = join(folder, below);
      const takes = (file: string): boolean => fits.some((one) => one(file.toLowerCase()));
      return isWithin(folder, start) ? secretBelow(start, { takes, without: leftOut }) : undefined;
    }),
  );
}

function first<T>(list: readonly T[], find: (one: T) => string | undefined): string | undefined {
  for (const one of list) {
    const found = find(one);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Certain to leave out no more than what is taken for it. */
const PLAIN_PATTERN = /^(?!(?:[^*]*\*){4})[\w.*-]+$/;

/** The values of a long option, joined to it or as the next word. */
function valuesOf(option: string, words: readonly Argument[]): readonly string[] {
  return words.flatMap(({ text }, at) => {
    if (text.startsWith(`--${option}=`)) return [text.slice(option.length + 3)];
    return text === `--${option}` ? (words[at + 1]?.text ?? []) : [];
  });
}

/** A search through folders that leaves out no file for its name. */
export function searchesHidden(name: string, args: readonly Argument[]): boolean {
  if (name === "ack") return true;
  if (name === "git") return args[0]?.text === "grep" && args.some(({ text }) => text === "--untracked");
  const option = /^[ef]?grep$/.test(name)
    ? /^(?:-[A-Za-z]*[rR]|--(?:dereference-)?recursive$)/
    : /^(?:-[A-Za-z]*[u.]|--hidden$)/;
  return /^(?:[ef]?grep|rg)$/.test(name) && args.some(({ text }) => option.test(text));
}

/** A search through folders that goes where links in them lead. */
export function followsLinks(name: string, args: readonly Argument[]): boolean {
  return /^[ef]?grep$/.test(name) && args.some(({ text }) => /^(?:-[A-Za-z]*R|--dereference-recursive$)/.test(text));
}

/** What `rg` is told to search only: it finds that also where the name begins with a dot. */
export function globsOf(words: readonly Argument[]): readonly string[] {
  const values = parseOptions(words.slice(1), READERS.get("rg")!)?.values;
  const chosen = ["g", "glob", "iglob"].flatMap((name) => values?.get(name) ?? []);
  const types = (values?.get("type-add") ?? []).map((text) => text.replace(/^[^:]*:/, ""));
  return [...chosen, ...types].filter((glob) => !glob.startsWith("!")).flatMap(written);
}

const MOST_BRACES = 4;

/** The patterns that one with alternatives in braces stands for. */
function written(glob: string): readonly string[] {
  if (glob.split("{").length > MOST_BRACES + 1) return ["*"];
  const group = /\{([^{}]*)\}/.exec(glob);
  if (!group) return [glob];
  const rest = glob.slice(group.index + group[0].length);
  return group[1]!.split(",").flatMap((one) => written(glob.slice(0, group.index) + one + rest));
}

type Fits = (name: string) => boolean;

/** Where the files lie that patterns can find, and what they are called there. */
function placed(globs: readonly string[]): ReadonlyMap<string, readonly Fits[]> {
  const found = new Map<string, Fits[]>();
  for (const glob of new Set(globs)) {
    const folders = glob.split("/");
    const fits = matcher(folders.pop()!.toLowerCase());
    const open = folders.findIndex((one) => /[*?[\\]/.test(one));
    const below = folders.slice(0, open < 0 ? undefined : open).join("/");
    found.set(below, [...(found.get(below) ?? []), fits]);
  }
  return found;
}
