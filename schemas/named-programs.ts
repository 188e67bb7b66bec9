import { dirname, isAbsolute, join, relative } from "node:path";
import { fileDigest } from "./file-digest.js";
import { statOf } from "./stat-of.js";

/** What runs the file it is given. */
const INTERPRETER =
  /(?:^|\/)(?:\.|source|(?:ba|da|z|k|fi)?sh|python[\d.]*|node|deno|bun|tsx|ts-node|ruby|perl|php|lua|g?make|pwsh)$/;
/** Programs by their names. */
const PROGRAM = /\.(?:sh|bash|zsh|ksh|fish|[cm]?[jt]sx?|pyw?|rb|pl|php|lua|ps1|bat|cmd|awk|sed|mk)$/i;
/** Texts and data, which are read far more often than run. */
const DATA = /\.(?:md|markdown|txt|rst|log|jsonl?|csv|tsv|db|lock|png|jpe?g|gif|svg|pdf)$/i;
/** What an interpreter makes of a name that is no file: `node tools/check`, `node tools`, `python -m tools.check`. */
const ENDINGS: readonly string[] = [".js", ".mjs", ".cjs", ".ts", "/index.js", "/index.mjs", "/__main__.py", ".py"];
/** What `make` runs where no file is named. */
const MAKEFILES: readonly string[] = ["GNUmakefile", "makefile", "Makefile"];
/** Places that are looked at for one part. */
const MOST_PLACES = 10_000;
const MOST_LETTERS = 1_000;
const MOST_BYTES = 4 * 1024 * 1024;

/** Something in a command that may be a path. */
interface Name {
  readonly path: string;
  /** The interpreter that it is given to: it runs the first file it gets. */
  readonly by?: object;
}

/**
 * `path hash` of each program of a project that the words of a command name: what can be executed, what is called like a
 * program, and what an interpreter is given. `file` is where the command is written. What a program finds on its way is
 * not looked at, nor what a command writes.
 */
export function namedPrograms(root: string, file: string, value: unknown): readonly string[] {
  const names = textsIn(value).flatMap(namesIn);
  const found = new Map<string, string>();
  const fed = new Set<object>();
  const bases = new Set([root, dirname(dirname(file)), dirname(file)]);
  let left = MOST_PLACES;
  for (const base of bases) {
    for (const { path: name, by } of names) {
      const path = isAbsolute(name) ? name : join(base, name);
      const way = relative(root, path);
      if (/^\.\.(?:\/|$)/.test(way) || --left < 0) continue;
      const stats = statOf(path);
      if (stats?.isDirectory() && base === root) bases.add(path); // `cd` makes it the place for what follows.
      if (!stats?.isFile()) continue;
      const isRun = by !== undefined && !fed.has(by) && !DATA.test(path);
      if (isRun) fed.add(by);
      const counts = isRun || PROGRAM.test(path) || (stats.mode & 0o111) !== 0;
      if (counts && !found.has(way)) found.set(way, fileDigest(path, MOST_BYTES));
    }
  }
  return [...found].map(([way, hash]) => `${way} ${hash}`).toSorted();
}

/** However they are quoted, and whatever variable stands before them. */
function namesIn(text: string): readonly Name[] {
  const names: Name[] = [{ path: text, ...(!/\s/.test(text) && { by: {} }) }];
  for (const [, double, single] of text.matchAll(/"([^"]*)"|'([^']*)'/g)) names.push({ path: double ?? single ?? "" });
  for (const form of [text, text.replaceAll(/["'\\]/g, "")]) {
    for (const command of form.split(/[;|&\n]+/)) {
      let by: object | undefined;
      // What is written to changes all the time.
      for (const word of command.replaceAll(/>+\s*\S+/g, " ").split(/[\s"'`()<=,:{}$]+/)) {
        names.push({ path: word.replace(/^-+/, ""), ...(by && { by }) });
        if (by && /^[\w./-]+$/.test(word))
          names.push(...ENDINGS.map((ending) => ({ path: meantBy(word) + ending, by: {} })));
        if (!INTERPRETER.test(word)) continue;
        by = {};
        if (word.endsWith("make") && !/\s(?:-f|--(?:make)?file)/.test(command))
          names.push(...MAKEFILES.map((path) => ({ path, by: {} })));
      }
    }
  }
  return names
    .filter(({ path }) => path.length < MOST_LETTERS)
    .flatMap((name) => [name, ...endsOf(name.path).map((path) => ({ ...name, path }))])
    .filter(({ path }) => path.length > 1);
}

/** Modules are named with points in the place of slashes. */
function meantBy(word: string): string {
  return word.includes("/") ? word.replace(/\/+$/, "") : word.replaceAll(".", "/");
}

/** `tools/x.sh` and `x.sh` of `PWD/tools/x.sh`. */
function endsOf(word: string): readonly string[] {
  return [...word.matchAll(/\/+/g)].map(({ index, 0: { length } }) => word.slice(index + length));
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
