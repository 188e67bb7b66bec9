import type { Place } from "../paths/judge-path.js";
import { literal, type Argument } from "../shell/argument.js";
import { viewsOfWords, type View } from "../shell/command-views.js";
import type { Run } from "../shell/run.js";
import { GIT_COMMANDS } from "../shell/git-commands.js";
import { innerCommands } from "../shell/inner-commands.js";
import { gitCommand, isGitValue, spellings } from "../shell/spellings.js";
import { unwrapped } from "../shell/unwrap.js";

/** What the commands of a line become when it runs, where that is not what stands in it. */
export interface Resolved {
  /** Those of which every word is known then. */
  readonly views: readonly View[];
  /** How the others begin, up to the first word that is not known. */
  readonly begun: readonly string[];
}

const MOST = 64;

/** The ways in which commands with variables, patterns and the like come out. Only to refuse and to warn. */
export function resolvedCommands(runs: readonly Run[], place: Place): Resolved {
  const known = new Map<string, readonly string[]>();
  const begun = new Set<string>();
  const take = (words: readonly Argument[]): void => {
    const texts = words.map(({ text }) => text);
    const isOpen = ({ unknown, base }: Argument, at: number): boolean => {
      if (unknown?.kind === "number" || (!unknown && base === undefined)) return false;
      return unknown?.loose === true || !isGitValue(texts, at);
    };
    const open = words.findIndex(isOpen);
    if (open < 0) known.set(texts.join("\n"), texts);
    for (const one of open < 0 ? [] : spellings(texts.slice(0, open)))
      begun.add(`${one} ${words[open]!.unknown?.head ?? ""}`);
  };
  for (const run of runs.flatMap((one) => withInside(one))) {
    const { simple, variants } = run;
    for (const words of variants.slice(0, MOST)) {
      if (simple.words.some(({ dynamic, glob }) => dynamic || glob)) take(words);
      for (const one of handedOn(words, run, place)) take(one);
      // It can be another name of what such a rule is about.
      const name = words[0]!.text === "git" ? gitCommand(words.slice(1).map(({ text }) => text))[0] : undefined;
      if (name !== undefined && !GIT_COMMANDS.has(name)) begun.add("git ");
    }
  }
  return { views: [...known.values()].slice(0, MOST).flatMap(viewsOfWords), begun: [...begun] };
}

/** What xargs and its like run on what they read; of which not every word is known where that is not. */
function handedOn(words: readonly Argument[], { input, cwds }: Run, place: Place): readonly (readonly Argument[])[] {
  const { words: bare, more } = unwrapped(words);
  const name = more ? "xargs" : bare[0]!.text;
  if (!HAND_ON.has(name)) return [];
  const own = more ? [literal("xargs"), ...bare] : bare;
  const inner = innerCommands(own, input, { ...place, cwd: cwds[0]! })?.commands;
  if (inner) return inner;
  const texts = own.map(({ text }) => text);
  // Behind such a word parallel is told what it hands on.
  const end = texts.findIndex((text) => /^:{3,4}\+?$/.test(text));
  const starts = viewsOfWords(texts.slice(0, end < 0 ? undefined : end)).slice(1);
  return starts.map((view) => [...view.words.map(({ text }) => literal(text)), OPEN]);
}

const HAND_ON: ReadonlySet<string> = new Set(["xargs", "parallel"]);
const OPEN: Argument = { ...literal("..."), unknown: { kind: "any", head: "", loose: true } };

function withInside(run: Run): readonly Run[] {
  return [run, ...(run.inside?.runs ?? []).flatMap((one) => withInside(one))];
}
