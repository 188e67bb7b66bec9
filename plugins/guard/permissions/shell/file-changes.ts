import { basename } from "node:path";
import type { Argument } from "./argument.js";
import { parseOptions } from "./options.js";
import { FILE_COMMANDS } from "./read-only-table.js";
import { onlyPrints } from "./sed-program.js";

export type Change = readonly [file: Argument, operation: "read" | "write"];

/** The files of a command that changes just them, in a form that is known. */
export function fileChanges(words: readonly Argument[]): readonly Change[] | undefined {
  const head = words[0]!.text;
  if (head === "sed") return inPlace(words);
  const options = FILE_COMMANDS.get(head);
  const operands = options && parseOptions(words.slice(1), options)?.operands;
  if (!operands || operands.length === 0 || operands.some(({ unknown }) => unknown)) return undefined;
  if (head !== "cp" && head !== "mv") return operands.map((word) => [word, "write"]);
  const last = operands.at(-1)!;
  // Any of the names that a pattern finds can be the last one.
  const targets = operands.filter((word) => word === last || (isPattern(last) && word.raw === last.raw));
  const taken = operands.filter((word) => word !== last);
  // Copied into a folder, a file keeps its name, and a link of that name is followed.
  const inside = targets.flatMap((target) =>
    taken.map(({ text }): Argument => ({ ...target, text: `${target.text}/${basename(text)}` })),
  );
  const written = [...targets, ...inside, ...(head === "mv" ? taken : [])];
  return [...taken.map((word) => [word, "read"] as const), ...written.map((word) => [word, "write"] as const)];
}

const isPattern = ({ raw }: Argument): boolean => /[*?[]/.test(raw);

const IN_PLACE = /^(?:-i|--in-place)(?:=?(\.[\w.]+))?$/;
const SED = { short: "nErsuz", valued: "e", long: "quiet silent regexp-extended expression= separate null-data" };

/** `sed -i` with a program that does nothing but change text. */
function inPlace(words: readonly Argument[]): readonly Change[] | undefined {
  const option = words.find(({ text }) => IN_PLACE.test(text));
  if (!option || words.some(({ unknown }) => unknown)) return undefined;
  const parsed = parseOptions(
    words.slice(1).filter((word) => word !== option),
    SED,
  );
  if (!parsed) return undefined;
  const given = [...(parsed.values.get("e") ?? []), ...(parsed.values.get("expression") ?? [])];
  const programs = given.length > 0 ? given : parsed.operands.slice(0, 1).map(({ text }) => text);
  const files = given.length > 0 ? parsed.operands : parsed.operands.slice(1);
  if (programs.length === 0 || files.length === 0 || !programs.every((program) => onlyPrints(program)))
    return undefined;
  const ending = IN_PLACE.exec(option.text)![1];
  const copies = ending === undefined ? [] : files.map((file): Argument => ({ ...file, text: file.text + ending }));
  return [...files, ...copies].map((file) => [file, "write"]);
}
