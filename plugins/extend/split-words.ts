/** Splits text into words as a shell would: blanks outside of quotes separate, a backslash takes the next sign as it is. */
export function splitWords(text: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = "";
  for (let at = 0; at < text.length; at++) {
    const sign = text[at]!;
    if (quote !== "") {
      if (sign === quote) quote = "";
      else if (sign === "\\" && quote === '"' && /["\\$`]/.test(text[at + 1] ?? "")) word += text[++at]!;
      else word += sign;
    } else if (sign === "'" || sign === '"') {
      // A quote that is never closed is an apostrophe.
      if (text.indexOf(sign, at + 1) < 0 || (sign === "'" && word !== undefined && /\w/.test(text[at + 1] ?? ""))) {
        word = (word ?? "") + sign;
      } else {
        quote = sign;
        word ??= "";
      }
    } else if (/\s/.test(sign)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (sign === "\\" && at + 1 < text.length) word = (word ?? "") + text[++at]!;
    else word = (word ?? "") + sign;
  }
  if (word !== undefined) words.push(word);
  return words;
}
