import type { Diagnostic } from "../../schemas/parts.js";
import { secretBehind } from "../../schemas/secret-names.js";
import { readText } from "./read-text.js";

/** Characters that show nothing and can carry words past the eye: tags, direction marks, blanks without width. */
const UNSEEN =
  /[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e0fff}]|(?<![\u0080-\u{10ffff}])[\u200c\u200d]|[\u200c\u200d](?![\u0080-\u{10ffff}])/gu;

/** A text without characters that nobody sees, and how many there were. */
export function withoutUnseen(text: string): { readonly text: string; readonly removed: number } {
  let removed = 0;
  const plain = text.replace(UNSEEN, () => {
    removed++;
    return "";
  });
  return { text: plain, removed };
}

/**
 * The text of a file that speaks to the model, without what no person would see in it; see `readText`. What its name, or
 * that of what it is a link to, says to hold secrets is not read. `isPlain`: it was listed by a name of this kind, with
 * no link on the way.
 */
export function readWords(file: string, isPlain = false): string | Diagnostic {
  const text = (isPlain ? undefined : secretProblem(file)) ?? readText(file);
  return typeof text === "string" ? withoutUnseen(text).text : text;
}

/** What is wrong with a file that is to speak to the model and can hold secrets. */
export function secretProblem(file: string): Diagnostic | undefined {
  const real = secretBehind(file);
  if (real === undefined) return undefined;
  const link = real === file ? "" : ` is a link to ${real}, which`;
  return { severity: "error", code: "secret", message: `${file}${link} can hold secrets, so it is not read.`, file };
}
