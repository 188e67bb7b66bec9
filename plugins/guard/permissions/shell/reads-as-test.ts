import type { Argument } from "./argument.js";

const UNARY = /^-[abcdefghknprstuwxzGLNOS]$/;
const BINARY = /^(?:={1,2}|!=|<|>|-(?:eq|ne|lt|le|gt|ge|nt|ot|ef))$/;
const JOIN = /^(?:-[ao]|!|\(|\))$/;

/**
 * `test` and `[`: they look at names, never at what is in a file. What is not known may only stand where it is certainly
 * looked at as a text: as an operator it could be one that runs what it is given.
 */
export function readsAsTest(words: readonly Argument[]): readonly Argument[] | undefined {
  const bracket = words[0]!.text === "[";
  const args = bracket ? words.slice(1, -1) : words.slice(1);
  if (bracket && words.at(-1)!.text !== "]") return undefined;
  const text = (at: number): string => {
    const one = args[at];
    return one && !one.unknown ? one.text : "";
  };
  const safe = args.every((one, at) => {
    if (one.unknown?.loose && one.unknown.kind === "any") return false;
    if (/^-[vRo]$/.test(one.text)) return one.text === "-o" && at > 0 && at < args.length - 1;
    if (!one.unknown && !one.wild) return true;
    return (
      args.length === 1 ||
      BINARY.test(text(at + 1)) ||
      BINARY.test(text(at - 1)) ||
      (UNARY.test(text(at - 1)) && !JOIN.test(text(at - 1)))
    );
  });
  return safe ? [] : undefined;
}
