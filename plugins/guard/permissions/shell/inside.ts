import type { Argument } from "./argument.js";
import { readScript } from "./read-script.js";
import type { Runs } from "./run.js";
import type { Script } from "./script.js";
import type { LinePlace } from "./state.js";
import { unwrapped } from "./unwrap.js";
import type { Value } from "./value.js";

interface Standing {
  readonly cwds: readonly string[];
  readonly place: LinePlace;
  readonly input?: Value;
}

type Follow = (script: Script, line: string, place: LinePlace) => Runs;

const MAX_DEPTH = 3;
const SHELL = /^(?:bash|sh)$/;
/** How errors end it, beside what makes the next word a line. */
const OPTIONS = /^-[eux]*c$/;

/**
 * What the line does that `bash -c 'line'` runs, where all words are known. Neither the variables of the line around it
 * nor its own arguments are known to it.
 */
export function insideOf(
  variants: readonly (readonly Argument[])[],
  { cwds, place, input }: Standing,
  follow: Follow,
): Runs | undefined {
  const [given] = variants;
  if (variants.length !== 1 || cwds.length !== 1 || !given?.some(({ text }) => SHELL.test(text))) return undefined;
  const { words, more } = unwrapped(given);
  const [head, option, line] = words;
  const isKnown = words.every(({ unknown, wild, base, tilde }) => !unknown && !wild && base === undefined && !tilde);
  if (!isKnown || more || !line || !SHELL.test(head!.text) || head!.raw !== head!.text) return undefined;
  const depth = (place.depth ?? 0) + 1;
  const { shells } = place;
  if (!OPTIONS.test(option!.text) || depth > MAX_DEPTH || !shells || shells.left-- <= 0) return undefined;
  const script = readScript(line.text);
  if (script.unclear !== undefined) return undefined;
  return follow(script, line.text, { ...place, cwd: cwds[0]!, depth, ...(input && { input }) });
}
