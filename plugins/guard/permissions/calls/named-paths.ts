import { resolve } from "node:path";
import { statOf } from "../../../../schemas/stat-of.js";
import { judgePath, type Place } from "../paths/judge-path.js";
import type { Argument } from "../shell/argument.js";
import type { Run } from "../shell/run.js";
import { changesFiles, readsFiles } from "../shell/touched.js";
import { unwrapped } from "../shell/unwrap.js";
import type { PathFact } from "./path-facts.js";

/** What a command names that nobody knows well enough to say what it reads. */
export interface Named {
  readonly paths: readonly PathFact[];
  /** The same of what stands in words that are programs or texts themselves, which can read or write. */
  readonly within: readonly PathFact[];
  /** Words that are programs or texts themselves. */
  readonly texts: readonly string[];
  /** A program that reads files is handed a name that is not known; or one that changes them. */
  readonly reads: boolean;
  readonly changes: boolean;
}

const MOST = 2_000;
/** Between the words of a program in another language, and before a name in an option. */
const BETWEEN = /[\s'"`=@,;()[\]{}<>|&]+/;
/** Their words can be sentences. */
const TALKS: ReadonlySet<string> = new Set(["git", "gh", "echo", "printf"]);

/** Every word of these commands that can be a name of a file, and those within the words. Only to refuse and to warn. */
export function namedPaths(runs: readonly Run[], place: Place): Named {
  const paths: PathFact[] = [];
  const within: PathFact[] = [];
  const texts: string[] = [];
  let reads = false;
  let changes = false;
  for (const { variants, cwds } of runs) {
    for (const given of variants) {
      const { words: args, more } = unwrapped(given);
      const programs = more || LAUNCHES.has(args[0]!.text) ? args : args.slice(0, 1);
      const isOpen = programs !== args ? args.some(({ unknown }) => unknown?.kind === "any") : true;
      reads ||= isOpen && programs.some(({ text }) => readsFiles(text));
      changes ||= isOpen && programs.some(({ text }) => changesFiles(text));
      if (!TALKS.has(args[0]!.text))
        texts.push(...args.slice(1).flatMap(({ text }) => (/[\s(]/.test(text) ? text : [])));
      for (const cwd of paths.length < MOST ? cwds : []) {
        const { whole, parts } = textsOf(args, cwd);
        const [all, inside] = [whole, parts].map((texts) => texts.map((text) => factOf(text, { ...place, cwd })));
        paths.push(...all!, ...inside!);
        within.push(...inside!, ...(args.some(({ text }) => IN_PLACE.test(text)) ? all! : []));
      }
    }
  }
  return { paths, within: within.map((fact) => ({ ...fact, operation: "write" })), texts, reads, changes };
}

/** They run others on what they find or read. */
const LAUNCHES: ReadonlySet<string> = new Set(["find", "xargs", "parallel"]);
/** Options by which programs change what they are told to look at. */
const IN_PLACE = /^(?:-[A-Za-z]*i(?:\.\w+)?|--in-?place.*|--write|--fix|-w)$/;

interface Texts {
  readonly whole: readonly string[];
  readonly parts: readonly string[];
}

function textsOf([head, ...rest]: readonly Argument[], cwd: string): Texts {
  const whole = rest.flatMap(({ text, unknown }) => (unknown || !isName(text) ? [] : text));
  if (TALKS.has(head!.text)) {
    const isSentence = (text: string): boolean => /\s/.test(text) && statOf(resolve(cwd, text)) === undefined;
    return { whole: whole.filter((text) => !isSentence(text)), parts: [] };
  }
  return { whole, parts: whole.flatMap((text) => text.split(BETWEEN).filter((one) => one !== text && isName(one))) };
}

const isName = (text: string): boolean => text !== "" && text !== "-" && text.length < 10_000;

function factOf(text: string, place: Place): PathFact {
  const path = text.replace(/^file:\/\//, "");
  return { judged: judgePath(path, place, path.startsWith("~/")), operation: "read", folder: true };
}
