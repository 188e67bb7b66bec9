import type { Place } from "../paths/judge-path.js";
import type { View, Views } from "./command-views.js";
import { folderOf } from "./folder-of.js";
import type { Word } from "./script.js";

/** A file that a command line reads or writes, as far as can be seen. */
export interface Touched {
  readonly path: string;
  readonly tilde: boolean;
  readonly operation: "read" | "write";
  /** Where the command would stand. */
  readonly cwd: string;
}

const names = (text: string): ReadonlySet<string> => new Set(text.split(" "));

const READERS = names(
  "cat tac head tail less more nl od xxd hexdump strings base64 wc sort uniq cut paste diff cmp comm file bat " +
    "md5sum sha1sum sha256sum sha512sum source .",
);
/** Their first operand is a pattern or a program. */
const SEARCHERS = names("grep egrep fgrep rg ag sed awk gawk mawk jq yq");
const WRITERS = names("touch mkdir rm rmdir tee truncate shred chmod chown chgrp unlink");
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

/** Every file that known file commands and redirections of a line name. Computed names are left out. */
export function touchedBy({ views, pieces }: Views, place: Place): readonly Touched[] {
  const found: Touched[] = [];
  const cwds = [place.cwd];
  const add = (part: Word, operation: Touched["operation"]): void => {
    if (part.dynamic || part.text === "" || part.text === "-") return;
    for (const cwd of cwds) found.push({ path: part.text, tilde: part.tilde, operation, cwd });
  };
  for (const view of views) {
    const folder = folderOf(view, cwds.at(-1)!, place);
    if (folder !== undefined) cwds.push(folder);
    for (const [part, operation] of operandsOf(view)) add(part, operation);
  }
  for (const { redirects } of pieces) {
    for (const { operator, target } of redirects) {
      if (!operator.startsWith("<<") && !NOWHERE.test(target.text))
        add(target, operator.includes(">") ? "write" : "read");
    }
  }
  return found;
}

function operandsOf({ words }: View): readonly (readonly [Word, Touched["operation"]])[] {
  const head = words[0]!.text.replace(/^.*\//, "");
  const rest = words.slice(1);
  return [...namedBy(head, rest), ...outputsOf(head, rest).map((part) => [part, "write"] as const)];
}

function namedBy(head: string, rest: readonly Word[]): readonly (readonly [Word, Touched["operation"]])[] {
  const operands = rest.filter(({ text }) => !text.startsWith("-"));
  if (READERS.has(head)) return operands.map((part) => [part, "read"]);
  if (SEARCHERS.has(head)) {
    const inPlace = head === "sed" && rest.some(({ text }) => /^(?:-[A-Za-z]*i|--in-place)/.test(text));
    const inOption = rest.some(({ text }) => /^(?:-[A-Za-z]*[ef]|--(?:regexp|file|expression)\b)/.test(text));
    return operands.slice(inOption ? 0 : 1).map((part) => [part, inPlace ? "write" : "read"]);
  }
  if (WRITERS.has(head)) return [...operands, ...optionValues(rest)].map((part) => [part, "write"]);
  if (COPIERS.has(head)) {
    const last = operands.at(-1);
    const written = [...(last ? [last, ...insideOf(last, operands)] : []), ...optionValues(rest)];
    const taken = operands.slice(0, -1);
    return [
      ...taken.map((part) => [part, "read"] as const),
      ...[...written, ...(head === "mv" ? taken : [])].map((part) => [part, "write"] as const),
    ];
  }
  return [];
}

/** `cp hooks .git` writes `.git/hooks`. */
function insideOf(folder: Word, operands: readonly Word[]): readonly Word[] {
  return operands.slice(0, -1).map((part) => ({
    ...folder,
    dynamic: folder.dynamic || part.dynamic,
    text: `${folder.text}/${part.text.replace(/\/+$/, "").replace(/^.*\//, "")}`,
  }));
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
