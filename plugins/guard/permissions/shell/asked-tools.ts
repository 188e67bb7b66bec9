import { literal, type Argument } from "./argument.js";

/** Compilers that say what they are made for. */
const COMPILER =
  /^-(?:dumpversion|dumpfullversion|dumpmachine|print-(?:search-dirs|libgcc-file-name|multiarch|sysroot))$/;
/** Programs that keep several versions of another one. */
const VERSIONS = /^(?:versions?|version-name|root|local|global)$/;

/**
 * All that a program is told, by the program, where it then only tells something about this machine. Behind them there
 * can be nothing else.
 */
const ASKED: ReadonlyMap<string, RegExp> = new Map([
  ...["gcc", "g++", "cc", "c++", "clang", "clang++"].map((name) => [name, COMPILER] as const),
  ["rustc", /^--print[ =](?:sysroot|target-list|target-libdir|cfg|host-tuple|target-cpus|target-features)$/],
  [
    "pkg-config",
    /^(?:(?:^| )(?:--(?:modversion|exists|list-all|list-package-names|cflags|libs|cflags-only-I|libs-only-[lL]|static|print-requires|print-variables|silence-errors|variable=\w+|atleast-version=[\d.]+)|[A-Za-z0-9][\w.+-]*))+$/,
  ],
  ["history", /^\d*$/],
  ...["pyenv", "rbenv", "goenv", "nodenv", "jenv"].map((name) => [name, VERSIONS] as const),
  ["fnm", /^(?:ls|list|current)$/],
  ["volta", /^list(?: all| node)?$/],
  ["tfenv", /^list$/],
  ["asdf", /^(?:current|list|plugin list)(?: [a-z][\w-]*)?$/],
]);

/** What a program reads that is asked in words which are known as a whole; undefined for anything else. */
export function readsWhenAsked(words: readonly Argument[]): readonly Argument[] | undefined {
  const [head, ...rest] = words;
  if (rest.some(({ unknown, wild }) => unknown ?? wild)) return undefined;
  const texts = rest.map(({ text }) => text);
  if (head!.text === "openssl" && texts[0] === "x509") return certificate(texts.slice(1));
  return ASKED.get(head!.text)?.test(texts.join(" ")) ? [] : undefined;
}

const SHOWS =
  /^-(?:noout|text|dates|startdate|enddate|subject|issuer|serial|fingerprint|sha1|sha256|pubkey|modulus|purpose|email|hash)$/;

/** Shows what is in a certificate, and nothing of it as a file. */
function certificate(texts: readonly string[]): readonly Argument[] | undefined {
  const files: Argument[] = [];
  for (let at = 0; at < texts.length; at++) {
    if (SHOWS.test(texts[at]!)) continue;
    if (!/^-(?:in|ext|checkend|inform)$/.test(texts[at]!) || texts[at + 1] === undefined) return undefined;
    if (texts[at++] === "-in") files.push(literal(texts[at]!));
  }
  return texts.includes("-noout") ? files : undefined;
}
