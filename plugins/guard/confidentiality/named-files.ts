import { fileText } from "./file-text.js";
import type { Leaving } from "./look.js";

/** What these programs write to, or take as settings of their own. */
const NOT_SENT = /^(?:-o|-O|-D|--output|--output-document|--dump-header|--cookie-jar)$/;

/** Files that words name in any of the ways in which programs are told what to send: `f`, `@f`, `x=@f;type=y`, `-Tf`. */
export function namedFiles(words: readonly (string | undefined)[], cwd: string, place: string): readonly Leaving[] {
  const paths = new Set<string>();
  for (const [at, word] of words.entries()) {
    if (word !== undefined && !NOT_SENT.test(words[at - 1] ?? "")) for (const path of pathsIn(word)) paths.add(path);
  }
  return [...paths].flatMap((path) => {
    const found = fileText(cwd, path);
    return found.text === "" ? [] : [{ place: `${place} ${path}`, ...found }];
  });
}

function pathsIn(word: string): readonly string[] {
  const [, joined] = /^-[a-zA-Z](.+)$/s.exec(word) ?? [];
  return [word, joined ?? ""].flatMap((text) => {
    const parts = text.split(/[@=<]/);
    const tails = parts.map((_, place) => text.slice(text.length - parts.slice(place).join(" ").length));
    return tails.flatMap((tail) => [tail, tail.split(";", 1)[0]!]).filter((path) => path !== "");
  });
}
