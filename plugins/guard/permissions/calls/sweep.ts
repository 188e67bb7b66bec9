import type { Argument } from "../shell/argument.js";
import { globsOf } from "./hidden-search.js";
import { matcher } from "../shell/glob-names.js";

/** How a command goes through a folder and shows what is in its files. */
export interface Sweep {
  /** Names that begin with a dot are left out. */
  readonly visible: boolean;
  /** Folders of these names are left out. */
  readonly without: ReadonlySet<string>;
  /** Names of files fit one of these; any, where there is none. */
  readonly wanted: readonly ((name: string) => boolean)[];
}

/** How a command that shows what it reads would go through folders. */
export function sweepOf(words: readonly Argument[], hidden: boolean): Sweep {
  const values = (option: string): readonly string[] =>
    words.flatMap(({ text }, at) => {
      if (text.startsWith(`--${option}=`)) return text.slice(option.length + 3);
      return text === `--${option}` ? (words[at + 1]?.text ?? []) : [];
    });
  const globs = words[0]!.text === "rg" ? globsOf(words) : [];
  return {
    visible: /^(?:rg|ag)$/.test(words[0]!.text) && !hidden && globs.length === 0,
    without: new Set(values("exclude-dir")),
    wanted: [...values("include"), ...globs.map((glob) => glob.slice(glob.lastIndexOf("/") + 1))].map(matcher),
  };
}

/** Whether a command that is told no folder goes through the one it stands in. */
export function sweepsHere([head, next, ...rest]: readonly Argument[], hasInput: boolean): boolean {
  if (head!.text === "git") return next?.text === "grep";
  if (/^[ef]?grep$/.test(head!.text))
    return [next, ...rest].some((word) => /^(?:-[A-Za-z]*[rR]|--(?:dereference-)?recursive$)/.test(word?.text ?? ""));
  return !hasInput && /^(?:rg|ag|ack)$/.test(head!.text);
}
