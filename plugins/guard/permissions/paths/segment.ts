import { matchesStars, type StarPattern } from "../../../../schemas/matches-stars.js";

/** One step of a file name pattern: `*`, or a test of one character. */
export type Token = "*" | ((character: string) => boolean);

/** Takes one segment of a gitignore pattern apart: `*`, `?`, `[a-z]`, `[!a-z]` and backslash escapes. */
export function segmentTokens(segment: string): readonly Token[] {
  const characters = Array.from(caseless(segment));
  const tokens: Token[] = [];
  for (let place = 0; place < characters.length; place++) {
    const one = characters[place]!;
    if (one === "*") {
      if (tokens.at(-1) !== "*") tokens.push("*");
    } else if (one === "?") tokens.push(() => true);
    else if (one === "[") {
      const end = characters.indexOf("]", place + (/[!^]/.test(characters[place + 1] ?? "") ? 3 : 2));
      if (end < 0) tokens.push((given) => given === "[");
      else {
        tokens.push(oneOf(characters.slice(place + 1, end)));
        place = end;
      }
    } else {
      const literal = one === "\\" ? (characters[++place] ?? "\\") : one;
      tokens.push((given) => given === literal);
    }
  }
  return tokens;
}

function oneOf(members: readonly string[]): (character: string) => boolean {
  const negated = members[0] === "!" || members[0] === "^";
  const list = negated ? members.slice(1) : members;
  const ranges: [string, string][] = [];
  for (let place = 0; place < list.length; place++) {
    const from = list[place]!;
    const isRange = list[place + 1] === "-" && place + 2 < list.length;
    ranges.push([from, isRange ? list[place + 2]! : from]);
    if (isRange) place += 2;
  }
  return (given) => ranges.some(([from, to]) => given >= from && given <= to) !== negated;
}

const TOKENS: StarPattern<Token> = {
  isStar: (token) => token === "*",
  fits: (token, character) => token !== "*" && token(character),
};

/** True when the whole name matches. */
export function matchesTokens(tokens: readonly Token[], name: string): boolean {
  return matchesStars(tokens, Array.from(caseless(name)), TOKENS);
}

const CASELESS = process.platform === "darwin" || process.platform === "win32";

/** Names that the file system takes for the same are the same. */
function caseless(name: string): string {
  const composed = /[^\0-\x7f]/.test(name) ? name.normalize("NFC") : name;
  return CASELESS ? composed.toLowerCase() : composed;
}
