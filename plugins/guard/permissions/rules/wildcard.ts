import { matchesStars, type StarPattern } from "../../../../schemas/matches-stars.js";

const CHARACTERS: StarPattern<string> = {
  isStar: (part) => part === "*",
  fits: (part, character) => part === character,
};

/** True when the pattern matches the whole text; `*` stands for any text, the empty one included. */
export function matchesWildcard(pattern: string, text: string): boolean {
  return matchesStars(pattern, text, CHARACTERS);
}
