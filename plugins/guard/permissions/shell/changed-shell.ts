import { resolve } from "node:path";
import { isFolder } from "../paths/is-folder.js";
import type { Argument } from "./argument.js";
import type { Simple } from "./script.js";
import { ANY, NOTHING, texts, type Value } from "./value.js";

const OWN_WRAPPERS: ReadonlySet<string> = new Set(["command", "builtin", "time", "noglob"]);

/** A command without the words of the shell's own before it, in which it still changes the shell itself. */
export function inShell(args: readonly Argument[]): readonly Argument[] {
  let place = 0;
  while (OWN_WRAPPERS.has(args[place]?.text ?? "") && place < args.length - 1)
    place += args[place]!.text === "time" && args[place + 1]!.text === "-p" ? 2 : 1;
  return args.slice(place);
}

/** Where `cd` and `pushd` can lead, from each of these folders; undefined where that is not known. */
export function folderEntered(
  variants: readonly (readonly Argument[])[],
  cwds: readonly string[],
  home: string,
): readonly string[] | undefined {
  const found = new Set<string>();
  for (const args of variants) {
    const [to, more] = args.slice(1).filter(({ text }) => text !== "--");
    if (!to || more || to.unknown || /^(?:[-+]|$)/.test(to.text)) return undefined;
    for (const cwd of cwds) {
      const folder = resolve(cwd, to.tilde ? to.text.replace(/^~/, home) : to.text);
      if (!isFolder(folder)) found.add(cwd);
      found.add(folder);
    }
  }
  return [...found];
}

/** The variables that `read` sets, and what they hold: a line, where one takes the whole of it. */
export function variablesRead(
  args: readonly Argument[],
  { assignments }: Simple,
  input: Value | undefined,
): ReadonlyMap<string, Value> {
  const rest = args.slice(1);
  const names = rest.filter(({ text, unknown }) => !unknown && /^[A-Za-z_]\w*$/.test(text)).map(({ text }) => text);
  const isPlain = rest.every(
    ({ text }, at) => !text.startsWith("-") || /^-[rse]+$/.test(text) || (text === "-d" && rest[at + 1]?.text === ""),
  );
  const whole = names.length === 1 && isPlain && assignments.every(({ value }) => value.text === "");
  const line = lineRead(input ?? NOTHING, {
    asItIs: rest.some(({ text }) => /^-[se]*r/.test(text)),
    cut: assignments.length === 0,
  });
  return new Map(names.map((name) => [name, whole ? line : ANY]));
}

/** What `read` makes of a line: without -r backslashes go, and blanks around it go unless IFS is empty. */
function lineRead(input: Value, { asItIs, cut }: { readonly asItIs: boolean; readonly cut: boolean }): Value {
  if (input.kind !== "texts") return input;
  if (!asItIs && input.texts.some((text) => text.includes("\\"))) return ANY;
  return cut ? texts(...input.texts.flatMap((text) => [text, text.trim()])) : input;
}
