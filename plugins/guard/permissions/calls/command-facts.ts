import { judgePath, type Place } from "../paths/judge-path.js";
import { literal } from "../shell/argument.js";
import { viewsOf, viewOfWords, type Views } from "../shell/command-views.js";
import { dangersIn } from "../shell/dangers.js";
import { follow } from "../shell/follow.js";
import { readScript } from "../shell/read-script.js";
import type { Run, Runs } from "../shell/run.js";
import type { Script } from "../shell/script.js";
import { spellings } from "../shell/spellings.js";
import { touchedBy } from "../shell/touched.js";
import type { Circumstance, SimpleText } from "./circumstance.js";
import { asShell, judgeRun, type Kind } from "./judge-run.js";
import { judgeRuns } from "./judge-runs.js";
import { namedPaths, type Named } from "./named-paths.js";
import { pathCircumstances, type PathFact } from "./path-facts.js";
import { resolvedCommands } from "./resolved-commands.js";
import { quoted, shown } from "./shown.js";
import { simpleText } from "./simple-text.js";

/** What is known of a command line. */
export interface CommandFacts {
  readonly line: string;
  /** It certainly is one simple command; this is what allow rules are compared with. */
  readonly simple?: SimpleText;
  /** All of it is understood, so that a rule for the whole tool can speak for it. */
  readonly clear: boolean;
  /** Every command that can be seen in it, after quote removal: what deny and ask rules are compared with. */
  readonly seen: readonly string[];
  /** How commands in it begin of which not every word is known: what else they are can be what such a rule is about. */
  readonly begun: readonly string[];
  readonly paths: readonly PathFact[];
  readonly circumstances: readonly Circumstance[];
  /** The files that its words can be names of, where nobody knows what it reads. */
  named(): Named;
}

/**
 * Judges a command line that a shell will run; only bash's language is known well enough to read it with certainty.
 * Only after `loadGrammar`: without the grammar nothing is certain.
 */
export function commandFacts(line: string, place: Place, isBash: boolean): CommandFacts {
  const script = readScript(line);
  const views = seenIn(line, script);
  if (script.unclear !== undefined || views.unclear !== undefined) {
    const reason = `${shown(line)} cannot be read with certainty: ${String(script.unclear ?? views.unclear)}`;
    return factsOf(line, place, views, { paths: [], circumstances: [{ situation: "opaque", reason }] });
  }
  if (!isBash) return factsOf(line, place, views, asShell(shown(line), "is not for bash"));
  const runs = follow(script, line, place);
  const kind = judgeRuns(runs, place, shown(line));
  const simple = simpleOf(script, runs);
  const { views: more, begun } = resolvedCommands(runs.runs, place);
  const facts = factsOf(line, place, { ...views, views: [...views.views, ...more] }, kind);
  const named = (): Named => namedPaths(kind.unknown, place);
  return { ...facts, begun, named, clear: true, ...(simple && { simple: simpleText(simple) }) };
}

/** What can be seen in a line; where a line that goes on is in the way, also what it is without the break. */
function seenIn(line: string, script: Script): Views {
  const views = viewsOf(script);
  if (script.unclear === undefined || !line.includes("\\\n")) return views;
  const joined = viewsOf(readScript(line.replaceAll("\\\n", "")));
  return { ...views, views: [...views.views, ...joined.views], pieces: [...views.pieces, ...joined.pieces] };
}

/** The one command that a line is. */
function simpleOf({ body }: Script, { runs, opened, hidden }: Runs): Run["simple"] | undefined {
  const only = body.kind === "block" && body.parts.length === 1 ? body.parts[0]! : undefined;
  const isOne =
    only?.statement.kind === "simple" &&
    only.link === "then" &&
    runs.length === 1 &&
    opened.length + hidden.length === 0;
  return isOne && runs[0]!.simple === only.statement ? only.statement : undefined;
}

/** Judges a program that is started without a shell. */
export function argumentFacts(texts: readonly string[], effect: string, place: Place): CommandFacts {
  const words = texts.map((text) => literal(text, quoted(text)));
  const line = words.map(({ raw }) => raw).join(" ");
  const views = viewOfWords(texts);
  const kind = judgeRun({ words, place, shown: shown(line), reads: effect === "read" });
  const simple = simpleText({
    words: views.pieces[0]!.words.map((word, at) => ({ ...word, raw: words[at]!.raw })),
    assignments: [],
  });
  const isUnknown = kind.circumstances[0]!.situation === "shell";
  const run: Run = { simple: views.pieces[0]!, variants: [words], cwds: [place.cwd], moved: false };
  const named = (): Named => namedPaths(isUnknown ? [run] : [], place);
  return { ...factsOf(line, place, views, kind), named, clear: true, simple };
}

const NOTHING: Named = { paths: [], within: [], texts: [], reads: false, changes: false };

/** What counts even for a file of a command that cannot be read with certainty. */
const TRAPS: ReadonlySet<string> = new Set(["protected", "secret", "secretOutside"]);

function factsOf(line: string, place: Place, views: Views, kind: Kind): CommandFacts {
  const touched = touchedBy(views, place).map(({ path, tilde, operation, cwd, folder }): PathFact => {
    return { judged: judgePath(path, { ...place, cwd }, tilde), operation, folder };
  });
  const dangers = dangersIn(line, views, place).map(({ situation, named, reason, piece }): Circumstance => {
    const command = views.pieces.length > 1 && piece ? simpleText(piece) : undefined;
    return { situation, named, reason: `${shown(line)}: ${reason}`, ...(command && { command }) };
  });
  const traps = touched
    .flatMap((fact) => pathCircumstances(fact, place.folders))
    .filter(({ situation }) => TRAPS.has(situation));
  const seen = views.views.flatMap(({ words }) => spellings(words.map(({ text }) => text)));
  return {
    line,
    clear: false,
    begun: [],
    named: () => NOTHING,
    seen: [...new Set([line.trim(), ...seen])],
    paths: [...kind.paths, ...touched],
    circumstances: [...kind.circumstances, ...traps, ...dangers],
  };
}
