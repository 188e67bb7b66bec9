import { matchesTokens, segmentTokens } from "./segment.js";

/** Stands for a name that no pattern spells out. */
const ANY_NAME = "\uFFFF";
const ENDINGS: readonly string[] = [".pem", ".key"];
const NAMES: readonly string[] = [".env", ".env.local", "id_rsa"];

/** What keeps secrets and fits a pattern of names: `.env*` means `.env`. One at most; what means every file means none. */
export function secretsMatching(pattern: string): readonly string[] {
  const last = pattern.slice(pattern.lastIndexOf("/") + 1);
  if (!/[*?[]/.test(last) || /^[*.]+$/.test(last)) return [];
  const tokens = segmentTokens(last);
  const ending = ENDINGS.find((one) => matchesTokens(tokens, ANY_NAME + one));
  const name = NAMES.find((one) => matchesTokens(tokens, one)) ?? (ending && `*${ending}`);
  return name === undefined ? [] : [name];
}
