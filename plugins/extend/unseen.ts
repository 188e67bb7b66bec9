import type { Diagnostic } from "../../schemas/parts.js";
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

/** The text of a file that speaks to the model, without what no person would see in it; see `readText`. */
export function readWords(file: string): string | Diagnostic {
  const text = readText(file);
  return typeof text === "string" ? withoutUnseen(text).text : text;
}
