import { resolve } from "node:path";
import type { Argument } from "./argument.js";

/** Options for all of git that only say how it shows things. */
const SHOWING: ReadonlySet<string> = new Set([
  "--no-pager",
  "-P",
  "--no-optional-locks",
  "--literal-pathspecs",
  "--icase-pathspecs",
  "--no-replace-objects",
]);

/** Settings that name no program and no place, whatever their values are; and some that are harmless with one value. */
const HARMLESS = new RegExp(
  `^(?:${[
    "color\\.[\\w.-]+=[\\w #-]*",
    "core\\.(?:quotepath|abbrev|ignorecase|precomposeunicode|autocrlf|safecrlf|filemode)=\\w*",
    "core\\.pager=(?:cat)?",
    "pager\\.[\\w-]+=(?:false|0|no|off)",
    "core\\.fsmonitor=(?:false|0|no|off)",
    "log\\.(?:date|abbrevcommit|decorate|showroot|follow|mailmap)=[\\w:% -]*",
    "diff\\.(?:renames|renamelimit|algorithm|context|interhunkcontext|noprefix|mnemonicprefix|colormoved|colormovedws|" +
      "wserrorhighlight|suppressblankempty|indentheuristic|statgraphwidth|relative|wordregex)=[^\\n]*",
    "status\\.(?:short|branch|showuntrackedfiles|relativepaths|showstash|aheadbehind|displaycommentprefix)=\\w*",
    "(?:column|advice)\\.\\w+=\\w*",
    "blame\\.(?:date|showemail|coloring|blankboundary|showroot)=\\w*",
    "grep\\.(?:linenumber|patterntype|column|extendedregexp|fullname)=\\w*",
    "(?:tag|branch)\\.sort=[\\w:.-]*",
    "gc\\.auto=0",
    "log\\.showsignature=(?:false|0|no|off)",
  ].join("|")})$`,
  "i",
);

/**
 * A git command without the options that stand before the name of what it does. Another folder is none of them: it can
 * have a configuration of its own.
 */
export function plainGit(words: readonly Argument[], cwd: string): readonly Argument[] {
  let place = 1;
  for (; place < words.length; place++) {
    const { text, unknown, wild } = words[place]!;
    const next = words[place + 1];
    if (unknown || wild) break;
    if (SHOWING.has(text)) continue;
    if (!next || next.unknown || next.wild || next.tilde) break;
    const stays = text === "-C" && next.text !== "" && resolve(cwd, next.text) === cwd;
    if (!stays && (text !== "-c" || !HARMLESS.test(next.text))) break;
    place++;
  }
  return [words[0]!, ...words.slice(place)];
}
