import type { Argument } from "../shell/argument.js";
import { viewsOfWords, type View } from "../shell/command-views.js";
import type { Run } from "../shell/run.js";
import { isGitValue, spellings } from "../shell/spellings.js";

/** What the commands of a line become when it runs, where that is not what stands in it. */
export interface Resolved {
  /** Those of which every word is known then. */
  readonly views: readonly View[];
  /** How the others begin, up to the first word that is not known. */
  readonly begun: readonly string[];
}

const MOST = 64;

/** The ways in which commands with variables, patterns and the like come out. Only to refuse and to warn. */
export function resolvedCommands(runs: readonly Run[]): Resolved {
  const known = new Map<string, readonly string[]>();
  const begun = new Set<string>();
  for (const { simple, variants } of runs.flatMap((run) => withInside(run))) {
    if (!simple.words.some(({ dynamic, glob }) => dynamic || glob)) continue;
    for (const words of variants.slice(0, MOST)) {
      const texts = words.map(({ text }) => text);
      const isOpen = ({ unknown, base }: Argument, at: number): boolean => {
        if (unknown?.kind === "number" || (!unknown && base === undefined)) return false;
        return unknown?.loose === true || !isGitValue(texts, at);
      };
      const open = words.findIndex(isOpen);
      if (open < 0) known.set(texts.join("\n"), texts);
      for (const one of open < 0 ? [] : spellings(texts.slice(0, open)))
        begun.add(`${one} ${words[open]!.unknown?.head ?? ""}`);
    }
  }
  return { views: [...known.values()].slice(0, MOST).flatMap(viewsOfWords), begun: [...begun] };
}

function withInside(run: Run): readonly Run[] {
  return [run, ...(run.inside?.runs ?? []).flatMap((one) => withInside(one))];
}
