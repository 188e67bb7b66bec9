import { judgePath, type Place } from "../paths/judge-path.js";
import { fileChanges } from "../shell/file-changes.js";
import { readsOnly } from "../shell/read-only.js";
import type { Opened, Run, Runs } from "../shell/run.js";
import { unwrapped } from "../shell/unwrap.js";
import { isHarmless } from "../shell/variables.js";
import type { Circumstance } from "./circumstance.js";
import { asShell, judgeRun, showsNamesOnly, together, type Kind } from "./judge-run.js";
import { pathCircumstances, requireObject, type PathFact } from "./path-facts.js";
import { shown } from "./shown.js";
import { simpleText } from "./simple-text.js";

/** With the parts of which nobody knows what they read. */
interface JudgedRuns extends Kind {
  readonly unknown: readonly Run[];
}

/** Judges all that a line does. Each part that does more than read needs a rule of its own. */
export function judgeRuns({ runs, opened, hidden, calls }: Runs, place: Place, line: string): JudgedRuns {
  const parts = runs.map((run) => ({ run, kind: judgeOne(run, place) }));
  const others = parts.filter(({ kind }) => !reads(kind));
  const exchanges = others.some(({ run }) => exchangesFiles(run));
  const circumstances: Circumstance[] = [];
  for (const { run, kind } of parts) {
    const command = simpleText(run.simple);
    const why = reads(kind) && others.length > 0 ? doubtOf(run, kind, exchanges) : undefined;
    const doubt = why !== undefined;
    const [first, ...rest] = doubt
      ? [...asShell(line, why).circumstances, ...kind.circumstances.slice(1)]
      : kind.circumstances;
    const exactOnly = command.exactOnly || (first!.situation === "shell" && takesUnknown(run));
    const depends = run.input !== undefined || (run.moved && isAboutFolder(run));
    const own = { ...command, exactOnly, ...(depends && { depends }) };
    circumstances.push(reads(kind) && !doubt ? first! : { ...first!, command: own });
    circumstances.push(...rest.map((one) => ({ ...one, command })));
  }
  const changes = runs.some(changesShell) && runs.length > 1;
  const all = changes ? [...hidden, "one part of it changes what its other parts do"] : hidden;
  // A rule speaks for what a command is, not for what a function makes of it.
  if (calls && (others.length > 0 || opened.some(({ operation }) => operation === "write")))
    circumstances.push({ situation: "shell", reason: `${line}: its functions do more than read` });
  const files = opened.map((one) => judgeOpened(one, place));
  circumstances.push(...files.flatMap((one) => one.circumstances));
  circumstances.push(...all.map((why): Circumstance => ({ situation: "shell", reason: `${line}: ${why}` })));
  const paths = [...parts.flatMap(({ kind }) => kind.paths), ...files.flatMap((one) => one.paths)];
  if (circumstances.length === 0) circumstances.push({ situation: "readShell", reason: `${line} runs nothing` });
  const unknown = others.filter(({ kind }) => kind.circumstances[0]!.situation === "shell").map(({ run }) => run);
  return { paths, circumstances: unique(circumstances), unknown };
}

/** Why a command that reads could read something else after what other parts do. */
function doubtOf(run: Run, { paths }: Kind, exchanges: boolean): string | undefined {
  return exchanges && paths.length > 0 && !namesOnly(run) ? "reads what another part of it can exchange" : undefined;
}

function reads({ circumstances }: Kind): boolean {
  return circumstances[0]!.situation === "readShell";
}

/** What a command is in all the ways it can come out, and all the folders it can stand in. */
function judgeOne(run: Run, place: Place): Kind {
  const { simple, variants, cwds, moved, input } = run;
  const text = shown(simple.text);
  const own =
    simple.words[0]!.text === "read" ? simple.assignments.filter(({ name }) => name !== "IFS") : simple.assignments;
  if (!DECLARES.test(simple.words[0]!.text) && !own.every(isHarmless))
    return asShell(text, "sets a variable for what it runs");
  if (!unwrappedWord(simple).plain) return asShell(text, "hides the name of its command in quotes");
  if (run.inside) return judgeInside(run.inside, { ...place, cwd: cwds[0]! }, text);
  const kinds = variants.flatMap((words) =>
    cwds.map((cwd) => judgeRun({ words, place: { ...place, cwd }, shown: text, ...(input && { input }) })),
  );
  const kind = together(kinds, text);
  if (!moved) return kind;
  if (isGit(run)) return asShell(text, "runs git in another folder, which can have a configuration of its own");
  if (!reads(kind) && kind.circumstances[0]!.situation === "fileShell") return asShell(text, "changes files after cd");
  return kind;
}

const DECLARES = /^(?:export|local)$/;

/** A line that another shell is handed. What its parts read is held to the rules, but no part speaks for the shell. */
function judgeInside(inside: Runs, place: Place, text: string): Kind {
  const { paths, circumstances } = judgeRuns(inside, place, text);
  const own = asShell(text, "hands a line to another shell");
  return { paths, circumstances: [...own.circumstances, ...circumstances.filter(({ path }) => path !== undefined)] };
}

function unwrappedWord({ words }: Run["simple"]): Run["simple"]["words"][number] {
  const { words: bare } = unwrapped(words.map(({ text, raw, tilde }) => ({ text, raw, tilde })));
  return words[words.length - bare.length]!;
}

/** Whether the same words do something else in another folder. What a project's tools do there, they are trusted with. */
function isAboutFolder(run: Run): boolean {
  return isGit(run) || run.variants.some((words) => fileChanges(unwrapped(words).words) !== undefined);
}

function headOf({ variants }: Run): string {
  return unwrapped(variants[0]!).words[0]!.text;
}

function isGit(run: Run): boolean {
  return headOf(run) === "git" && unwrapped(run.variants[0]!).words[1]?.text !== "--version";
}

function namesOnly({ variants }: Run): boolean {
  return variants.every((words) => showsNamesOnly(unwrapped(words).words));
}

const EXCHANGING: ReadonlySet<string> = new Set(
  "ln mv cp tar bsdtar unzip rsync install patch 7z cpio link".split(" "),
);
const GIT_EXCHANGING =
  /^(?:config|checkout|switch|merge|pull|rebase|reset|restore|stash|apply|am|clone|worktree|submodule|cherry-pick|revert|read-tree|checkout-index)$/;

/** Whether it can put a link, or another repository's settings, where a later part reads. */
function exchangesFiles(run: Run): boolean {
  const head = headOf(run);
  return EXCHANGING.has(head) || (head === "git" && run.variants[0]!.some(({ text }) => GIT_EXCHANGING.test(text)));
}

/** Changes what later parts mean: what their names and variables are. */
const CHANGES_SHELL: ReadonlySet<string> = new Set(
  [
    "alias unalias shopt source . eval exec trap hash enable declare typeset local readonly unset",
    "mapfile readarray getopts let ulimit umask fc bind complete compopt",
  ].flatMap((line) => line.split(" ")),
);

/** With nothing to set, they only tell; or whoever follows the line knows what they change. */
const QUERIES: ReadonlySet<string> = new Set(["ulimit", "umask", "local", "shopt", "mapfile", "readarray"]);

function changesShell({ simple, variants }: Run): boolean {
  const { words } = unwrapped(variants[0]!);
  const head = words[0]!.text;
  if (QUERIES.has(head) && readsOnly(words)) return false;
  if (CHANGES_SHELL.has(head) || (head === "export" && !simple.assignments.every(isHarmless))) return true;
  return head === "printf" && (words[1]?.text ?? "").startsWith("-") && words[1]?.text !== "--";
}

/** What it is handed by xargs is not known: a rule for reading says nothing about which files. */
function takesUnknown({ variants, input }: Run): boolean {
  return unwrapped(variants[0]!).more && input !== undefined;
}

function judgeOpened({ path, tilde, operation, cwds, moved }: Opened, place: Place): Kind {
  const paths = cwds.map((cwd): PathFact => {
    const judged = judgePath(path, { ...place, cwd }, tilde);
    return { judged: operation === "write" ? requireObject(judged, operation) : judged, operation, folder: false };
  });
  const circumstances = paths.flatMap((fact) => pathCircumstances(fact, place.folders));
  if (moved && operation === "write") {
    circumstances.push({ situation: "shell", reason: `${shown(path)} is written after cd` });
  }
  return { paths, circumstances };
}

function unique(list: readonly Circumstance[]): readonly Circumstance[] {
  const seen = new Set<string>();
  return list.filter((one) => {
    const key = JSON.stringify([one.situation, one.reason, one.path, one.command?.whole]);
    return !seen.has(key) && seen.add(key);
  });
}
