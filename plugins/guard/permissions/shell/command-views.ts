import { readScript } from "./read-script.js";
import { wordOf } from "./read-word.js";
import type { Script, Simple, Word } from "./script.js";
import { ASSIGNMENT, SHELLS } from "./shell-text.js";

/** One command that a line runs, or hands to a program that will run it. */
export interface View {
  readonly words: readonly Word[];
  readonly piece: Simple;
}

export interface Views {
  readonly views: readonly View[];
  readonly pieces: readonly Simple[];
  readonly unclear?: string;
}

interface Wrapper {
  /** Short options that take the next word. */
  readonly valued?: string;
  /** Words before the command that are its own. */
  readonly operands?: number;
}

/** Programs that run the command in their arguments. */
const WRAPPERS: ReadonlyMap<string, Wrapper> = new Map<string, Wrapper>([
  ["timeout", { valued: "ks", operands: 1 }],
  ["time", { valued: "of" }],
  ["nice", { valued: "n" }],
  ["nohup", {}],
  ["stdbuf", { valued: "ioe" }],
  ["command", {}],
  ["builtin", {}],
  ["noglob", {}],
  ["exec", { valued: "a" }],
  ["env", { valued: "uSC" }],
  ["sudo", { valued: "ugpCcDhrRTtU" }],
  ["doas", { valued: "uC" }],
  ["watch", { valued: "nq" }],
  ["setsid", {}],
  ["ionice", { valued: "cnpPu" }],
  ["flock", { valued: "wE", operands: 1 }],
  ["xargs", { valued: "aEeIiLlnPsd" }],
  ["parallel", { valued: "jNaI" }],
  ["chroot", { operands: 1 }],
  ["unshare", {}],
  ["nsenter", { valued: "t" }],
  ["strace", { valued: "eopsuaE" }],
  ["ltrace", { valued: "eopsuaE" }],
  ["taskset", { operands: 1 }],
  ["chrt", { valued: "TPD", operands: 1 }],
  ["caffeinate", { valued: "tw" }],
  ["busybox", {}],
  ["script", { valued: "cIOBEmTto" }],
  ["npx", {}],
]);

/** Whether a program runs the command in its arguments, so that a rule about it would say nothing. */
export function isWrapper(name: string): boolean {
  return name !== "npx" && WRAPPERS.has(name);
}

/** Programs, beside shells, that run the word after `-c`. */
const RUNS_TEXT: ReadonlySet<string> = new Set(["su", "script", "flock", "busybox", "fish", "runuser"]);

const MAX_VIEWS = 500;
const MAX_DEPTH = 5;

/** Every command that can be seen in a script, what wrappers and `-c` texts run included. Only to refuse and to warn. */
export function viewsOf({ commands, unclear }: Script, depth = 0): Views {
  const all: Gathered = { views: [], pieces: [], ...(unclear !== undefined && { unclear }) };
  for (const piece of commands) {
    all.pieces.push(piece);
    unwrap(piece.words, piece, all, depth);
    if (!piece.words.some(({ text }) => SHELLS.test(text))) continue;
    if (piece.from) fed(piece.from, all, depth);
    for (const { operator, body, target } of piece.redirects) {
      if (body) inner(body.text, all, depth);
      else if (operator === "<<<") inner(target.text, all, depth);
    }
  }
  return all;
}

/** The same for words that are handed to a program without a shell. */
export function viewOfWords(texts: readonly string[]): Views {
  const words = texts.map((text): Word => wordOf(text, [{ kind: "text", text, quoted: true }]));
  const piece: Simple = { kind: "simple", text: texts.join(" "), assignments: [], words, redirects: [] };
  return { views: [{ words, piece }], pieces: [piece] };
}

interface Gathered {
  readonly views: View[];
  readonly pieces: Simple[];
  unclear?: string;
}

/** `echo "..." | sh`. */
function fed(piece: Simple, all: Gathered, depth: number): void {
  if (!/^(?:echo|printf)$/.test(piece.words[0]?.text ?? "")) return;
  const texts = piece.words.slice(1).map(({ text }) => text);
  inner(texts.join(" "), all, depth);
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

function unwrap(given: readonly Word[], piece: Simple, all: Gathered, depth: number): void {
  const start = given.findIndex((word) => !ASSIGNMENT.test(word.text));
  if (start < 0) return;
  if (all.views.length > MAX_VIEWS) return void (all.unclear ??= "it has too many parts");
  const words = given.slice(start);
  all.views.push({ words, piece });
  const head = words[0]!.text.replace(/^.*\//, "");
  for (const text of textsRun(head, words)) inner(text, all, depth);
  if (head === "find") {
    for (const [place, word] of words.entries()) {
      if (/^-(?:exec|ok)(?:dir)?$/.test(word.text)) unwrap(words.slice(place + 1), piece, all, depth);
    }
  }
  const wrapper = WRAPPERS.get(head);
  if (wrapper) for (const place of starts(words, wrapper)) unwrap(words.slice(place), piece, all, depth);
}

/** Where the wrapped command can begin. Long options may or may not take the next word, so both readings count. */
function starts(words: readonly Word[], { valued = "", operands = 0 }: Wrapper): ReadonlySet<number> {
  const found = new Set<number>();
  let place = 1;
  let own = operands;
  for (; place < words.length; place++) {
    const { text } = words[place]!;
    if (text === "--") continue;
    if (text.startsWith("--")) {
      if (!text.includes("=") && words[place + 2]) found.add(place + 2);
    } else if (text.startsWith("-") && text.length > 1) {
      if (text.length === 2 && valued.includes(text[1]!)) place++;
    } else if (ASSIGNMENT.test(text)) continue;
    else if (own-- <= 0) break;
  }
  if (place < words.length) found.add(place);
  return found;
}

/** Arguments that are themselves command lines. */
function textsRun(head: string, words: readonly Word[]): readonly string[] {
  const texts = words.slice(1).map(({ text }) => text);
  if (head === "eval" || head === "watch") return [texts.filter((text) => !text.startsWith("-")).join(" ")];
  if (head === "trap") return texts.slice(0, 1);
  if (head === "alias") return texts.map((text) => text.slice(text.indexOf("=") + 1));
  if (head === "env") return texts.filter((_, place) => /^-S$|^--split-string$/.test(texts[place - 1] ?? ""));
  if (!SHELLS.test(head) && !RUNS_TEXT.has(head)) return [];
  return texts.filter((_, place) => /^-[A-Za-z]*c$|^--command$/.test(texts[place - 1] ?? ""));
}
