import { isWithin } from "../../../../schemas/is-within.js";
import type { Place } from "../paths/judge-path.js";
import type { Argument } from "./argument.js";
import { repositoryRoot } from "./git.js";
import { currentBranch, refNames, trackedNames } from "./git-files.js";
import { plainGit } from "./git-words.js";
import { namesOf } from "./scan-folder.js";
import { ANY, either, ID, MAYBE_NUMBER, NOTHING, texts, type Value } from "./value.js";

/** A commit that is not known is written as it was asked for. */
const COMMIT = /^[\w@][\w@^~{}./-]*$/;
const COUNTS =
  /^(?:-\d+|-n\d*|--(?:max-count|skip|since|after|until|before|author)=[^\n]*|--(?:all|no-merges|merges|first-parent|reverse))$/;
const SHORT_NAMES = /^--format=%\(refname:short\)$/;

/** The lines that a git command can write, standing in this folder; undefined for more than one. */
export function gitOutput(given: readonly Argument[], cwd: string | undefined, place: Place): Value {
  if (cwd === undefined) return ANY;
  const rest = plainGit(given, cwd).slice(1);
  const [name, ...more] = rest.map(({ text }) => text);
  if (name === "merge-base" || name === "rev-parse") return revision(name, rest.slice(1), cwd);
  if (rest.some(({ unknown }) => unknown)) return name === "rev-list" && more.includes("--count") ? MAYBE_NUMBER : ANY;
  // Behind it there are only names of files.
  const before = more.includes("--") ? more.slice(0, more.indexOf("--")) : more;
  const listing = more.every((one) => !one.startsWith("-") || /^(?:-l|--list)$/.test(one) || SHORT_NAMES.test(one));
  switch (name) {
    case "rev-list":
      if (more.includes("--count")) return MAYBE_NUMBER;
      return before.every((one) => COMMIT.test(one) || COUNTS.test(one)) ? ID : ANY;
    case "log": {
      const shape = /^--(?:format|pretty)=(?:format:|tformat:)?%[hH]$/;
      const ids = before.some((one) => shape.test(one));
      return ids && before.every((one) => shape.test(one) || COMMIT.test(one) || COUNTS.test(one)) ? ID : ANY;
    }
    case "symbolic-ref":
      return /^(?:--short HEAD|HEAD --short)$/.test(more.join(" ")) ? currentBranch(cwd, "") : ANY;
    case "branch":
      if (more.join(" ") === "--show-current") return currentBranch(cwd, "");
      return listing && more.length === 1 && SHORT_NAMES.test(more[0]!) ? refNames(cwd, "heads") : ANY;
    case "describe":
      return /^(?:--tags )?--abbrev=0(?: --tags)?$/.test(more.join(" ")) ? refNames(cwd, "tags") : ANY;
    case "tag":
      return listing ? refNames(cwd, "tags") : ANY;
    case "for-each-ref":
      return SHORT_NAMES.test(more[0] ?? "") && /^refs\/heads\/?$/.test(more.slice(1).join(" "))
        ? refNames(cwd, "heads")
        : ANY;
    default:
      return files(name, more, cwd, place);
  }
}

function revision(name: string, args: readonly Argument[], cwd: string): Value {
  const texts_ = args.map(({ text }) => text).join(" ");
  if (name === "rev-parse" && texts_ === "--show-toplevel") {
    const root = repositoryRoot(cwd);
    return root === undefined ? ANY : texts(root);
  }
  if (name === "rev-parse" && texts_ === "--abbrev-ref HEAD") return currentBranch(cwd, "HEAD");
  const commits = args.every(
    ({ unknown, text }) =>
      unknown?.kind === "id" || (!unknown && (COMMIT.test(text) || /^--(?:short|verify|all|octopus)$/.test(text))),
  );
  return commits ? ID : ANY;
}

const LIST_FILES = /^-[cmdoz]+$|^--(?:cached|modified|deleted|others|exclude-standard)?$/;

function files(name: string | undefined, more: readonly string[], cwd: string, place: Place): Value {
  const operands = more.filter((one) => !one.startsWith("-"));
  const options = more.filter((one) => one.startsWith("-"));
  const isRoot = repositoryRoot(cwd) === cwd;
  if (name === "ls-files" && options.every((one) => LIST_FILES.test(one))) {
    const ends = operands.map((one) => one.replace(/^.*\//, ""));
    const patterns = ends.every((one) => /[*.]/.test(one)) ? ends : [];
    const others = options.some((one) => /^-[cmdz]*o|^--others$/.test(one));
    const tracks = !others || options.some((one) => /^-[oz]*[cmd]|^--(?:cached|modified|deleted)$/.test(one));
    const tracked = tracks ? trackedNames(cwd, place, patterns) : NOTHING;
    return others ? either(tracked, scanned(cwd, patterns, place)) : tracked;
  }
  if (name === "grep" && isRoot && operands.length === 1 && options.length > 0) {
    const known = options.every((one) => /^-[lniwEFPz]+$|^--(?:name-only|files-with-matches)$/.test(one));
    return known && options.some((one) => /l|only|matches/.test(one)) ? trackedNames(cwd, place) : ANY;
  }
  // What was deleted can have had any name: of a commit, only what is there now is among what git tracks.
  const isNow = operands.length === 0 && !options.some((one) => /^--(?:cached|staged)$/.test(one));
  const against = operands.length === 0 || (operands.length === 1 && ONE_COMMIT.test(operands[0]!));
  const isThere = against && options.some((one) => THERE.test(one));
  const isKnown = options.every((one) => /^(?:--name-only|-z|--cached|--staged)$/.test(one) || THERE.test(one));
  const lists = name === "diff" && isRoot && isKnown && more.includes("--name-only") && (isNow || isThere);
  return lists ? trackedNames(cwd, place) : ANY;
}

/** Nothing that is deleted. */
const THERE = /^--diff-filter=(?:[ACMRT]+|d)$/;
/** Neither two of them, nor one together with those before it. */
const ONE_COMMIT = /^(?!.*\.\.)[\w./@{}-]+(?:[~^]\d*)*$/;

/** All that lies below a folder, whatever git says of it. */
function scanned(cwd: string, patterns: readonly string[], place: Place): Value {
  if (!place.folders.some((dir) => isWithin(dir, cwd))) return ANY;
  return namesOf({ folder: cwd, cwd, patterns, files: false, visible: false, without: [] }, place);
}
