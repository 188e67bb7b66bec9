import { matchesStars, type StarPattern } from "./matches-stars.js";

/** Tells whether a relative path with `/` between its names fits. */
export type PathGlob = (path: string) => boolean;

/** A part of a name's pattern: one character, any one, any number, or one of a class. */
type Token = string | { readonly any: "one" | "many" } | { readonly chars: string; readonly negated: boolean };

const LONGEST = 1_000;
const MOST_BRANCHES = 256;
const GLOBSTAR = "**";

type Segment = typeof GLOBSTAR | readonly Token[];

/**
 * Compiles `*`, `**`, `?`, `[a-z]`, `{a,b}` and `\` for paths. A pattern without `/` fits names at any depth. The time
 * to match grows with the product of the lengths, never faster: patterns come from models, and names from anywhere.
 * Throws for patterns that are empty or too long.
 */
export function pathGlob(pattern: string): PathGlob {
  const plain = pattern.replace(/^(?:\.\/+)+/, "");
  if (plain === "") throw new Error("The pattern is empty.");
  if (plain.length > LONGEST) throw new Error(`The pattern is longer than ${LONGEST} characters.`);
  const branches = branchesOf(plain).map((branch) => {
    const segments = branch
      .split("/")
      .filter((name) => name !== "")
      .map(segmentOf);
    return branch.includes("/") ? segments : ([GLOBSTAR, ...segments] satisfies readonly Segment[]);
  });
  return (path) => {
    const names = path.split("/");
    return branches.some((branch) => matchesStars(branch, names, NAMES));
  };
}

/** Writes out the braces: `a{b,c}` as `ab` and `ac`. */
function branchesOf(pattern: string): readonly string[] {
  const found = firstBraces(pattern);
  if (!found) return [pattern];
  const { start, end, options } = found;
  const branches = options.flatMap((option) => branchesOf(pattern.slice(0, start) + option + pattern.slice(end + 1)));
  if (branches.length > MOST_BRANCHES)
    throw new Error(`The braces of the pattern give more than ${MOST_BRANCHES} patterns.`);
  return branches;
}

interface Braces {
  readonly start: number;
  readonly end: number;
  readonly options: readonly string[];
}

/** The first closed pair of braces with a comma in it. */
function firstBraces(pattern: string): Braces | undefined {
  for (let start = pattern.indexOf("{"); start !== -1; start = pattern.indexOf("{", start + 1)) {
    const cuts = [start];
    let depth = 0;
    for (let at = start; at < pattern.length; at++) {
      const character = pattern[at];
      if (character === "\\") at++;
      else if (character === "{") depth++;
      else if (character === "," && depth === 1) cuts.push(at);
      else if (character === "}" && --depth === 0) {
        if (cuts.length === 1) break;
        const options = cuts.map((cut, place) => pattern.slice(cut + 1, cuts[place + 1] ?? at));
        return { start, end: at, options };
      }
    }
  }
  return undefined;
}

function segmentOf(text: string): Segment {
  if (text === GLOBSTAR) return GLOBSTAR;
  const tokens: Token[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    const set = character === "[" ? /^\[([!^]?)(\]?[^\]]*)\]/.exec(text.slice(at)) : null;
    if (set) {
      tokens.push({ chars: set[2]!, negated: set[1] !== "" });
      at += set[0].length - 1;
    } else if (character === "\\" && at + 1 < text.length) tokens.push(text[++at]!);
    else if (character === "*") tokens.push({ any: "many" });
    else tokens.push(character === "?" ? { any: "one" } : character);
  }
  return tokens;
}

function isMany(part: Segment | Token): boolean {
  return part === GLOBSTAR || (typeof part === "object" && "any" in part && part.any === "many");
}

const NAMES: StarPattern<Segment> = {
  isStar: isMany,
  fits: (segment, name) => segment !== GLOBSTAR && matchesStars(segment, name, CHARACTERS),
};

const CHARACTERS: StarPattern<Token> = {
  isStar: isMany,
  fits: (token, character) => {
    if (typeof token === "string") return token === character;
    return "any" in token || isIn(token.chars, character) !== token.negated;
  },
};

function isIn(chars: string, character: string): boolean {
  for (let at = 0; at < chars.length; at++) {
    if (chars[at + 1] === "-" && at + 2 < chars.length) {
      if (character >= chars[at]! && character <= chars[at + 2]!) return true;
      at += 2;
    } else if (chars[at] === character) return true;
  }
  return false;
}
