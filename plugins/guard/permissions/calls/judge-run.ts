import { basename, relative, resolve } from "node:path";
import { secretPart } from "../../../../schemas/secret-names.js";
import { statOf } from "../../../../schemas/stat-of.js";
import { judgePath, type Place } from "../paths/judge-path.js";
import { isFolder } from "../paths/is-folder.js";
import { gitTrap } from "../shell/git.js";
import { literal, type Argument } from "../shell/argument.js";
import { plainGit } from "../shell/git-words.js";
import { fileChanges, type Change } from "../shell/file-changes.js";
import { innerCommands } from "../shell/inner-commands.js";
import { readsOnly } from "../shell/read-only.js";
import { isLaunched } from "../shell/launched.js";
import { namesOf } from "../shell/scan-folder.js";
import { followsLinks, searchesHidden, secretSearched } from "./hidden-search.js";
import { sweepOf, sweepsHere } from "./sweep.js";
import { tellsAboutItself } from "../shell/tells-about-itself.js";
import { unwrapped } from "../shell/unwrap.js";
import type { Value } from "../shell/value.js";
import type { Circumstance } from "./circumstance.js";
import { pathCircumstances, requireObject, type PathFact } from "./path-facts.js";

/** What a simple command is: one that reads, one that changes files, or any other. */
export interface Kind {
  readonly paths: readonly PathFact[];
  /** The first says what it is. */
  readonly circumstances: readonly Circumstance[];
}

/** A command in one of the ways its arguments can come out, in one of the folders it can stand in. */
export interface Judged {
  readonly words: readonly Argument[];
  readonly place: Place;
  /** As it is shown. */
  readonly shown: string;
  /** The lines it can read. */
  readonly input?: Value;
  /** The tool itself says whether this input only reads, and takes care of how. */
  readonly reads?: boolean;
}

/** Whatever a mode has to say of something that is no reading and no change of files that is known. */
export function asShell(shown: string, why: string): Kind {
  return { paths: [], circumstances: [{ situation: "shell", reason: `${shown} ${why}` }] };
}

export function judgeRun(judged: Judged): Kind {
  const { place, shown, reads } = judged;
  const { words, more } = unwrapped(judged.words);
  if (reads === false) return asShell(shown, "is not known to only read");
  if (!more && tellsAboutItself(words, place)) return asReading(shown, [], reads);
  const inner = innerCommands(more ? [XARGS, ...words] : words, judged.input, place);
  if (inner)
    return together(
      [inner.itself, ...inner.commands].map((one) => judgeWords({ ...judged, words: one })),
      shown,
    );
  return judgeWords({ ...judged, words });
}

const XARGS: Argument = { text: "xargs", raw: "xargs", tilde: false };

function judgeWords({ words: given, place, shown, reads, input }: Judged): Kind {
  const words = given[0]!.text === "git" ? plainGit(given, place.cwd) : given;
  const read = readsOnly(words) ?? (reads && words[0]!.text !== "git" ? [] : undefined);
  const changed = !read && reads === undefined ? fileChanges(words) : undefined;
  const named = read?.map((word) => [word, "read"] as const) ?? changed;
  const used = named?.flatMap((one) => [one, ...withoutUnknown(one)]);
  if (!used) return asShell(shown, "is not known to only read");
  const paths = used
    .filter(([word, operation]) => word.text !== "-" && !(operation === "read" && word.text === "/dev/null"))
    .map(([word, operation]): PathFact => {
      const judged = judgePath(word.text, place, word.tilde);
      // The others put a new file in the place of the old one.
      const same = operation === "write" && words[0]!.text === "cp";
      return { judged: same ? requireObject(judged, operation) : judged, operation, folder: true };
    });
  const trap = read && !reads ? readingTrap(words, paths, place) : undefined;
  const told = read && !showsNamesOnly(words) && !reads;
  const seen = told ? sweeping(words, paths, { place, hasInput: input !== undefined }) : paths;
  // A rule that allows the command says nothing about the files.
  if (trap !== undefined) return { ...asShell(shown, trap), paths: seen };
  const found = [...paths, ...(words[0]!.text === "sed" ? replaced(paths) : [])].flatMap((fact) =>
    pathCircumstances(fact, place.folders),
  );
  if (read)
    return {
      paths: seen,
      circumstances: [
        ...asReading(shown, [], reads).circumstances,
        ...(showsNamesOnly(words) ? found.map(withoutSecret) : found),
      ],
    };
  const circumstances = found.filter(({ situation }) => situation !== "write" && situation !== "read").map(asCommand);
  return { paths, circumstances: [{ situation: "fileShell", reason: `${shown} changes files` }, ...circumstances] };
}

/** What a link to a file of secrets leads to, where a copy of it takes the place of the link. */
function replaced(paths: readonly PathFact[]): readonly PathFact[] {
  const isCopied = ({ judged, operation }: PathFact): boolean =>
    operation === "write" && judged.secret !== undefined && secretPart(judged.candidates[0]!) === undefined;
  return paths.filter(isCopied).map((fact) => ({ ...fact, operation: "read" }));
}

/** The same paths, with what is shown of folders among them; the working folder, where it is that one. */
function sweeping(
  words: readonly Argument[],
  paths: readonly PathFact[],
  { place, hasInput }: { readonly place: Place; readonly hasInput: boolean },
): readonly PathFact[] {
  const sweep = sweepOf(words, searchesHidden(words[0]!.text, words.slice(1)));
  const told = paths.map((fact) => ({ ...fact, sweep }));
  const stays = words[0]!.text === "git" ? staysIn(words, told, place.cwd) : told.length > 0;
  if (stays || !sweepsHere(words, hasInput)) return told;
  return [...told, { judged: judgePath(place.cwd, place), operation: "read", folder: true, sweep }];
}

/** Whether git is told to search nothing but what is there by that name. What it looks for is taken for a path as well. */
function staysIn(words: readonly Argument[], told: readonly PathFact[], cwd: string): boolean {
  const end = words.findIndex(({ text }) => text === "--");
  const places =
    end < 0 ? told.slice(1).map(({ judged }) => judged.given) : words.slice(end + 1).map(({ text }) => text);
  return places.length > 0 && places.every((one) => statOf(resolve(cwd, one)) !== undefined);
}

function asReading(shown: string, paths: readonly PathFact[], reads: boolean | undefined): Kind {
  return { paths, circumstances: [{ situation: reads ? "read" : "readShell", reason: `${shown} only reads` }] };
}

/** The same word, where what is not known of it turns out to be nothing. */
function withoutUnknown([word, operation]: Change): readonly Change[] {
  const { without } = word.unknown ?? {};
  return without === undefined ? [] : [[literal(without), operation]];
}

/** From the mildest to the gravest: what a command is that is several. */
const KINDS: readonly string[] = ["read", "readShell", "fileShell", "shell"];

/** What comes out when each of these happens. */
export function together(kinds: readonly Kind[], shown: string): Kind {
  const [worst] = kinds
    .map(({ circumstances }) => circumstances[0]!)
    .sort((a, b) => KINDS.indexOf(b.situation) - KINDS.indexOf(a.situation));
  const others = kinds.flatMap(({ circumstances }) => circumstances.slice(1));
  const paths = kinds.flatMap((kind) => kind.paths);
  return worst ? { paths, circumstances: [worst, ...others] } : asReading(shown, paths, undefined);
}

/** A command that reaches outside is like any other command. */
function asCommand(one: Circumstance): Circumstance {
  return one.situation === "writeOutside" ? { ...one, situation: "shell" } : one;
}

/** Why a command that only reads could still do or show more than it seems. */
function readingTrap(
  [head, ...rest]: readonly Argument[],
  paths: readonly PathFact[],
  place: Place,
): string | undefined {
  const name = head!.text;
  if (name === "git") {
    const trap = rest[0]?.text === "--version" ? undefined : gitTrap(place);
    if (trap !== undefined) return `could do more than read: ${trap}`;
  }
  if (isLaunched([name, ...rest.map(({ text }) => text)], place)) return "could do what a file of the project says";
  const compares = name === "diff" || (name === "git" && rest.some(({ text }) => text === "--no-index"));
  const folders = paths.length === 0 ? [place.cwd] : paths.map(({ judged }) => judged.candidates.at(-1)!);
  const open = compares ? paths.filter(opensFolder).map(({ judged }) => judged.candidates.at(-1)!) : [];
  if (open.some((folder) => !isPlain(folder, place))) return "compares folders, and can follow links in them";
  if (followsLinks(name, rest) && folders.some((one) => isFolder(one) && !isPlain(one, place)))
    return "follows links, and one of them can lead elsewhere";
  const file = secretSearched([head!, ...rest], folders, place);
  if (file === undefined) return undefined;
  const shownAs = file.startsWith(`${place.cwd}/`) ? relative(place.cwd, file) : file;
  return `could show what is in ${shownAs}${/^[ef]?grep$/.test(name) ? `; --exclude='${allLike(basename(file))}' leaves it out` : ""}`;
}

/** The pattern by which to leave out a file, and those beside it that are called after it. */
const allLike = (name: string): string => (name.startsWith(".env") ? ".env*" : name);

function opensFolder({ judged: { candidates, problem } }: PathFact): boolean {
  return problem === undefined && isFolder(candidates.at(-1)!);
}

/** A folder in which there are no links that lead out, and no secrets. */
function isPlain(folder: string, place: Place): boolean {
  return (
    namesOf({ folder, cwd: folder, patterns: [], files: false, visible: false, without: [] }, place).kind === "names"
  );
}

const NAMES_ONLY: ReadonlySet<string> = new Set("ls stat du df readlink realpath find cd tree file test [".split(" "));
const GIT_NAMES_ONLY: ReadonlySet<string> = new Set(["status", "ls-files", "check-ignore"]);

/** What it shows of a file is that it is there. */
export function showsNamesOnly([head, next]: readonly Argument[]): boolean {
  return NAMES_ONLY.has(head!.text) || (head!.text === "git" && GIT_NAMES_ONLY.has(basename(next?.text ?? "")));
}

/** What a file's name gives away about what is in it, where only names are shown. */
export function withoutSecret(one: Circumstance): Circumstance {
  const { secret: _, ...rest } = one;
  if (one.situation === "secret") return { ...rest, situation: "read" };
  return one.situation === "secretOutside" ? { ...rest, situation: "readOutside" } : one;
}
