import type { Place } from "../paths/judge-path.js";
import type { Views } from "./command-views.js";
import { gitCommand } from "./spellings.js";
import { folderOf } from "./folder-of.js";
import type { Word } from "./script.js";

/** A file that a command line reads or writes, as far as can be seen. */
export interface Touched {
  readonly path: string;
  readonly tilde: boolean;
  readonly operation: "read" | "write";
  /** Where the command would stand. */
  readonly cwd: string;
  /** All that lies in it is meant as well, where it is a folder. */
  readonly folder: boolean;
}

const names = (text: string): ReadonlySet<string> => new Set(text.split(" "));

const READERS = names(
  "cat tac head tail less more nl od xxd hexdump strings base64 wc sort uniq cut paste diff cmp comm file bat " +
    "md5sum sha1sum sha256sum sha512sum source . pr split csplit tar bsdtar zip vi vim nvim nano emacs ed ex",
);
/** Their first operand is a pattern or a program. */
const SEARCHERS = names("grep egrep fgrep rg ag sed awk gawk mawk jq yq");
const WRITERS = names(
  "touch mkdir rm rmdir tee truncate shred chmod chown chgrp unlink patch " +
    "mkfifo mknod mktemp vi vim nvim nano emacs ed ex",
);
/** They put another file in the place of the one they are told. */
const COMPRESSORS = names("gzip gunzip bzip2 bunzip2 xz unxz zstd unzstd");
const TO_OUTPUT = /^(?:-[A-Za-z]*[clt][A-Za-z]*|--(?:stdout|to-stdout|list|test))$/;
/** Their second operand is written. */
const SECOND = names("uniq xxd split");
const ARCHIVERS = names("tar bsdtar");
/** Their last operand is written, the others are read. */
const COPIERS = names("cp ln install rsync scp mv");

/** Options by which programs are told what to write: letters, and long names. */
const OUTPUTS: ReadonlyMap<string, readonly [letters: string, names: string]> = new Map<
  string,
  readonly [letters: string, names: string]
>([
  ["git", ["", "output output-directory"]],
  ["sort", ["o", "output"]],
  ["curl", ["oDc", "output output-dir dump-header cookie-jar trace trace-ascii"]],
  ["shuf", ["o", "output"]],
  ["patch", ["o", "output"]],
  ["7z", ["o", ""]],
  ["wget", ["OoaP", "output-document output-file append-output directory-prefix"]],
  ["tar", ["C", "directory"]],
  ["bsdtar", ["C", "directory"]],
  ["unzip", ["d", ""]],
  ["pandoc", ["o", "output"]],
  ["openssl", ["", "out"]],
  ...["cc", "gcc", "g++", "clang", "clang++", "ld", "go", "rustc"].map((one) => [one, ["o", ""]] as const),
]);

/** Where output goes that is kept nowhere. */
const NOWHERE = /^(?:\/dev\/(?:null|stdout|stderr|fd\/\d+)|-|\d+-?)$/;

/** Whether a program is known to read the files it is told. */
export function readsFiles(name: string): boolean {
  return READERS.has(name) || SEARCHERS.has(name) || COPIERS.has(name);
}

/** Whether a program is known to change the files it is told. */
export function changesFiles(name: string): boolean {
  return WRITERS.has(name) || COPIERS.has(name) || COMPRESSORS.has(name);
}

/** Every file that known file commands and redirections of a line name. Computed names are left out. */
export function touchedBy({ views, pieces }: Views, place: Place): readonly Touched[] {
  const found: Touched[] = [];
  const cwds = [place.cwd];
  const add = (part: Word, operation: Touched["operation"], folder = false): void => {
    if (part.dynamic || part.text === "" || part.text === "-") return;
    for (const cwd of cwds) found.push({ path: part.text, tilde: part.tilde, operation, cwd, folder });
  };
  for (const view of views) {
    const folder = folderOf(view, cwds.at(-1)!, place);
    if (folder !== undefined) cwds.push(folder);
    const head = view.words[0]!.text.replace(/^.*\//, "");
    const rest = view.words.slice(1);
    for (const [part, operation] of namedBy(head, rest)) add(part, operation);
    for (const part of [...outputsOf(head, rest), ...changedBelow(head, rest)]) add(part, "write", true);
  }
  for (const { redirects } of pieces) {
    for (const { operator, target } of redirects) {
      if (!operator.startsWith("<<") && !NOWHERE.test(target.text))
        add(target, operator.includes(">") ? "write" : "read");
    }
  }
  return found;
}

type Part = readonly [Word, Touched["operation"]];

const all = (words: readonly Word[], operation: Touched["operation"]): readonly Part[] =>
  words.map((word) => [word, operation]);

function namedBy(head: string, rest: readonly Word[]): readonly Part[] {
  const operands = rest.filter(({ text }) => !text.startsWith("-"));
  if (SEARCHERS.has(head)) {
    const inPlace = head === "sed" && rest.some(({ text }) => /^(?:-[A-Za-z]*i|--in-place)/.test(text));
    const inOption = rest.some(({ text }) => /^(?:-[A-Za-z]*[ef]|--(?:regexp|file|expression)\b)/.test(text));
    return all(operands.slice(inOption ? 0 : 1), inPlace ? "write" : "read");
  }
  if (COPIERS.has(head)) return copied(head, rest, operands);
  const writes = WRITERS.has(head) || (COMPRESSORS.has(head) && !rest.some(({ text }) => TO_OUTPUT.test(text)));
  return [
    ...(READERS.has(head) ? all(operands, "read") : []),
    ...(writes ? all([...operands, ...optionValues(rest)], "write") : []),
    ...(SECOND.has(head) ? all(operands.slice(1, 2), "write") : []),
    ...(ARCHIVERS.has(head) ? all(archiveOf(rest), "write") : []),
  ];
}

function copied(head: string, rest: readonly Word[], operands: readonly Word[]): readonly Part[] {
  const last = operands.at(-1);
  const target = targetOf(rest);
  const written = [
    ...(last ? [last, ...insideOf(last, operands)] : []),
    ...optionValues(rest),
    ...(target ? insideOf(target, [...operands, target]) : []),
  ];
  const taken = target ? operands : operands.slice(0, -1);
  return [...all(taken, "read"), ...all([...written, ...(head === "mv" ? taken : [])], "write")];
}

/** The files and folders that git puts back, moves or removes, and those that find removes. */
function changedBelow(head: string, rest: readonly Word[]): readonly Word[] {
  if (head === "find" && rest.some(({ text }) => text === "-delete"))
    return rest.filter(({ text }) => !/^[-(!]/.test(text));
  if (head === "find") return rest.filter((_, at) => /^-f(?:print|ls)/.test(rest[at - 1]?.text ?? ""));
  if (head !== "git") return [];
  const words = gitCommand(rest.map(({ text }) => text));
  const own = rest.slice(rest.length - words.length);
  return /^(?:checkout|restore|rm|mv)$/.test(words[0] ?? "")
    ? own.slice(1).filter(({ text }) => !text.startsWith("-"))
    : [];
}

/** The archive that is made. */
function archiveOf(rest: readonly Word[]): readonly Word[] {
  if (!/^(?:-?[A-Za-z]*[cruA]|--create)/.test(rest[0]?.text ?? "")) return [];
  const at = rest.findIndex(({ text }, place) =>
    (place === 0 ? /^-?[A-Za-z]*f$/ : /^(?:-[A-Za-z]*f|--file)$/).test(text),
  );
  return rest.slice(at + 1, at < 0 ? 0 : at + 2);
}

/** `cp hooks .git` writes `.git/hooks`. */
function insideOf(folder: Word, operands: readonly Word[]): readonly Word[] {
  return operands.slice(0, -1).map((part) => ({
    ...folder,
    dynamic: folder.dynamic || part.dynamic,
    text: `${folder.text}/${part.text.replace(/\/+$/, "").replace(/^.*\//, "")}`,
  }));
}

/** The folder behind `-t` or `--target-directory`, as the next word or joined. */
function targetOf(words: readonly Word[]): Word | undefined {
  const at = words.findIndex(
    ({ text }) => /^(?:-[A-Za-z]*t|--target-directory)(?:$|=)/.test(text) || /^-t./.test(text),
  );
  if (at < 0) return undefined;
  const joined = /^(?:-t|--target-directory=)(.+)$/.exec(words[at]!.text)?.[1];
  return joined === undefined ? words[at + 1] : { ...words[at]!, text: joined };
}

/** `--target-directory=DIR`, `-tDIR`. */
function optionValues(words: readonly Word[]): readonly Word[] {
  return words.flatMap((part) => {
    const value = /^--[\w-]+=(.+)$|^-[a-z](.{2,})$/.exec(part.text);
    return value ? [{ ...part, text: value[1] ?? value[2]! }] : [];
  });
}

/** What options name for writing: in the same word, or in the next one. */
function outputsOf(head: string, rest: readonly Word[]): readonly Word[] {
  if (head === "dd") return rest.flatMap((part) => valueOf(part, /^of=(.+)$/));
  const [letters, long] = OUTPUTS.get(head) ?? [];
  if (letters === undefined) return [];
  const words = (long ?? "").split(" ").join("|") || "(?!)";
  const short = letters === "" ? "(?!)" : `[${letters}]`;
  const alone = new RegExp(`^(?:-[A-Za-z]*${short}|--?(?:${words}))$`);
  const joined = new RegExp(`^(?:-[A-Za-z]*?${short}|--?(?:${words})=)(.+)$`);
  return rest.flatMap((part, at) => {
    const next = rest[at + 1];
    return alone.test(part.text) ? (next ? [next] : []) : valueOf(part, joined);
  });
}

function valueOf(part: Word, pattern: RegExp): readonly Word[] {
  const value = pattern.exec(part.text)?.[1];
  return value === undefined ? [] : [{ ...part, text: value }];
}
