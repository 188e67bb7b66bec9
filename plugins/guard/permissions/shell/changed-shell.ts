import { statSync } from "node:fs";
import { resolve } from "node:path";
import type { Argument } from "./argument.js";
import type { Simple } from "./script.js";
import { unwrapped } from "./unwrap.js";
import { ANY, NOTHING, type Value } from "./value.js";

/** Commands of the shell's own by which a line that is followed changes. */
const FOLLOWED: ReadonlySet<string> = new Set(["cd", "pushd", "popd", "export", "read"]);

/** The one of them that hides behind `command`, `builtin` or `time`. */
export function hiddenBuiltin(variants: readonly (readonly Argument[])[]): string | undefined {
  const bare = variants.map((args) => (args.length === 0 ? args : unwrapped(args).words));
  const at = bare.findIndex((args, place) => args !== variants[place] && FOLLOWED.has(args[0]!.text));
  return at < 0 ? undefined : bare[at]![0]!.text;
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

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
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
  return new Map(names.map((name) => [name, whole ? (input ?? NOTHING) : ANY]));
}
