import { join, resolve } from "node:path";
import { pathGlob } from "../../../schemas/path-glob.js";
import { fileText } from "./file-text.js";
import { filesBelow, folderTexts } from "./folder-texts.js";
import { unknown, type Leaving } from "./look.js";

/** What these programs write to, or take as settings of their own. */
const NOT_SENT = /^(?:-o|-O|-D|--output|--output-document|--dump-header|--cookie-jar)$/;

/** Characters of a pattern. */
const LONGEST = 1_000;

/** How the words of a command are taken. */
export interface Sending {
  readonly cwd: string;
  /** What `~` stands for. */
  readonly home?: string | undefined;
  /** For people, before each name: "the file that curl sends,". */
  readonly place: string;
  /** Folders are sent as well, without what has one of these names. */
  readonly skips?: ReadonlySet<string>;
}

/** Files that words name in any of the ways in which programs are told what to send: `f`, `@f`, `x=@f;type=y`, `-Tf`. */
export function namedFiles(words: readonly (string | undefined)[], sending: Sending): readonly Leaving[] {
  const paths = new Set<string>();
  for (const [at, word] of words.entries()) {
    if (word !== undefined && !NOT_SENT.test(words[at - 1] ?? "")) for (const path of pathsIn(word)) paths.add(path);
  }
  return [...paths].flatMap((path) => textsOf(path, sending));
}

function textsOf(path: string, { cwd, home, place, skips }: Sending): readonly Leaving[] {
  const full = resolve(cwd, home === undefined ? path : path.replace(/^~(?=\/|$)/, () => home));
  const found = fileText(full);
  if (found.text !== "" || found.partial) return [{ place: `${place} ${path}`, ...found }];
  const below = skips ? folderTexts(full, `${place} ${path}`, skips) : [];
  return below.length === 0 && /[*?[]/.test(path) ? fittingTexts(full, place) : below;
}

/** What the shell makes of a pattern, as deep as the pattern goes. */
function fittingTexts(pattern: string, place: string): readonly Leaving[] {
  const fixed = pattern.slice(0, pattern.search(/[*?[]/));
  const dir = fixed.slice(0, fixed.lastIndexOf("/") + 1);
  const rest = pattern.slice(dir.length);
  if (rest.length > LONGEST) return [unknown(`${place} ${rest}`)];
  const fits = pathGlob(rest);
  const depth = rest.includes("**") ? Infinity : rest.split("/").length - 1;
  const { files, isWhole } = filesBelow(dir, { depth, skips: new Set() });
  const texts = files
    .filter((name) => fits(name))
    .map((name): Leaving => ({ place: `${place} ${name}`, ...fileText(join(dir, name)) }));
  return isWhole ? texts : [...texts, unknown(`${place} ${rest}`)];
}

function pathsIn(word: string): readonly string[] {
  const [, joined] = /^-[a-zA-Z](.+)$/s.exec(word) ?? [];
  return [word, joined ?? ""].flatMap((text) => {
    const parts = text.split(/[@=<]/);
    const tails = parts.map((_, place) => text.slice(text.length - parts.slice(place).join(" ").length));
    return tails.flatMap((tail) => [tail, tail.split(";", 1)[0]!]).filter((path) => path !== "");
  });
}
