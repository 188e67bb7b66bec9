import { lastSimple, readScript } from "./read-script.js";
import { wordOf } from "./read-word.js";
import type { Script, Simple, Word } from "./script.js";
import { ASSIGNMENT, readsScript } from "./shell-text.js";
import { startsIn, textsRunBy } from "./wrappers.js";

/** One command that a line runs, or hands to a program that will run it. */
export interface View {
  readonly words: readonly Word[];
  readonly piece: Simple;
}

export interface Views {
  readonly views: readonly View[];
  readonly pieces: readonly Simple[];
  /** Those of them that stand in the line itself, not in a text that it hands to a program. */
  readonly own?: readonly Simple[];
  readonly unclear?: string;
}

const COMPUTED = "a command word of it is computed";
const MAX_VIEWS = 500;
const MAX_TEXTS = 20;
const MAX_DEPTH = 5;

/** Every command that can be seen in a script, what wrappers and `-c` texts run included. Only to refuse and to warn. */
export function viewsOf({ commands, unclear }: Script, depth = 0): Views {
  const all: Gathered = { views: [], pieces: [], ...(unclear !== undefined && { unclear }) };
  for (const piece of commands) {
    all.pieces.push(piece);
    unwrap(piece.words, piece, all, depth);
    if (!readsScript(piece.words)) continue;
    if (piece.from) written(piece.from, all, depth);
    handed(piece, all, depth);
    for (const { pieces } of [...piece.words, ...piece.redirects.map(({ target }) => target)]) {
      for (const one of pieces) {
        const last = one.kind === "process" ? lastSimple(one.body) : undefined;
        if (last) written(last, all, depth);
      }
    }
  }
  return { ...all, own: commands };
}

/** The same for words that are handed to a program without a shell. */
export function viewOfWords(texts: readonly string[]): Views {
  const words = texts.map((text): Word => wordOf(text, [{ kind: "text", text, quoted: true }]));
  const piece: Simple = { kind: "simple", text: texts.join(" "), assignments: [], words, redirects: [] };
  return { views: [{ words, piece }], pieces: [piece] };
}

/** The same, and what wrappers among them run. */
export function viewsOfWords(texts: readonly string[]): readonly View[] {
  const all: Gathered = { views: [], pieces: [] };
  const [{ words, piece }] = viewOfWords(texts).views as readonly [View];
  unwrap(words, piece, all, 0);
  return all.views;
}

interface Gathered {
  readonly views: View[];
  readonly pieces: Simple[];
  unclear?: string;
}

/** `echo "..." | sh`, `cat <<EOF | sh`. */
function written(piece: Simple, all: Gathered, depth: number): void {
  handed(piece, all, depth);
  const at = piece.words.findIndex(({ text }) => /^(?:echo|printf)$/.test(text));
  if (at < 0) return;
  const texts = piece.words.slice(at + 1).map(({ text }) => text);
  inner(texts.join(" "), all, depth);
  if (texts.length > 1) for (const text of texts.slice(0, MAX_TEXTS)) inner(text, all, depth);
}

/** What a here-document or a here-string holds. */
function handed({ redirects }: Simple, all: Gathered, depth: number): void {
  for (const { operator, body, target } of redirects) {
    if (body) inner(body.text, all, depth);
    else if (operator === "<<<") inner(target.text, all, depth);
  }
}

function inner(text: string, all: Gathered, depth: number): void {
  if (depth >= MAX_DEPTH || all.views.length > MAX_VIEWS) {
    all.unclear ??= "it is nested too deeply";
    return;
  }
  const found = viewsOf(readScript(text), depth + 1);
  all.views.push(...found.views);
  all.pieces.push(...found.pieces);
  if (found.unclear !== undefined) all.unclear ??= found.unclear;
}

const FD = /^(?:-[xX]|--exec(?:-batch)?)$/;
/** After which words a program runs what follows on what it finds. */
const RUNS_FOUND: ReadonlyMap<string, RegExp> = new Map([
  ["find", /^-(?:exec|ok)(?:dir)?$/],
  ["fd", FD],
  ["fdfind", FD],
]);

function unwrap(given: readonly Word[], piece: Simple, all: Gathered, depth: number): void {
  const start = given.findIndex((word) => !ASSIGNMENT.test(word.text));
  if (start < 0) return;
  if (all.views.length > MAX_VIEWS) return void (all.unclear ??= "it has too many parts");
  const words = given.slice(start);
  all.views.push({ words, piece });
  const head = words[0]!.text.replace(/^.*\//, "");
  for (const text of textsRunBy(head, words)) inner(text, all, depth);
  const runs = RUNS_FOUND.get(head);
  if (runs) {
    for (const [place, word] of words.entries()) {
      if (!runs.test(word.text)) continue;
      if (words[place + 1]?.dynamic) all.unclear ??= COMPUTED;
      unwrap(words.slice(place + 1), piece, all, depth);
    }
  }
  for (const place of startsIn(head, words)) {
    if (words[place]!.dynamic && !/^--[^=]+$/.test(words[place - 1]!.text)) all.unclear ??= COMPUTED;
    unwrap(words.slice(place), piece, all, depth);
  }
}
