/** A piece of a sentence. */
export interface Token {
  /** "code": a code span. "quote": words in quotation marks. "mark": punctuation. */
  readonly kind: "word" | "code" | "quote" | "mark";
  /** Words and marks in small letters, contractions written out; code and quotes as they stand. */
  readonly text: string;
}

/** A piece that stands for something in files. */
export interface Thing extends Token {
  readonly kind: "code" | "quote";
}

const PIECE =
  /`([^`]+)`|"([^"]{1,80})"|“([^”]{1,80})”|(?<!\w)'([^']{1,80})'(?!\w)|([\p{L}\d_@#$./*-][\p{L}\d_@#$./*'’+-]*)|([,:;()—–])|(\S)/gu;

const CONTRACTIONS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    "don't": "do not",
    "mustn't": "must not",
    "can't": "can not",
    cannot: "can not",
    "shouldn't": "should not",
    "isn't": "is not",
    "aren't": "are not",
    "shan't": "shall not",
  }),
);

/** Takes a sentence apart. What stands in round brackets is left out: it explains. */
export function tokensOf(sentence: string): readonly Token[] {
  const tokens: Token[] = [];
  let depth = 0;
  for (const [, code, double, curly, single, word, mark] of sentence.matchAll(PIECE)) {
    if (mark === "(") depth++;
    else if (mark === ")") depth = Math.max(0, depth - 1);
    else if (depth > 0) continue;
    else if (code !== undefined) tokens.push({ kind: "code", text: code.trim() });
    else if ((double ?? curly ?? single) !== undefined)
      tokens.push({ kind: "quote", text: (double ?? curly ?? single)!.trim() });
    else if (word !== undefined) tokens.push(...words(word));
    else if (mark !== undefined) tokens.push({ kind: "mark", text: mark === "–" ? "—" : mark });
  }
  return tokens;
}

function words(written: string): Token[] {
  const plain = written
    .toLowerCase()
    .replaceAll("’", "'")
    .replace(/[.']+$/, "");
  if (plain === "/") return [{ kind: "mark", text: "," }];
  if (plain === "-" || plain === "--") return [{ kind: "mark", text: "—" }];
  // A path or a call that somebody forgot to put into backticks is code all the same.
  if (/^[\w@.-]*\/[\w@./*-]*$/.test(written) && /\/.|\/$/.test(written) && !/^(?:and|or|his|he|w)\//i.test(plain)) {
    const isPath = /[._*]|\/$/.test(written);
    if (isPath) return [{ kind: "code", text: written.replace(/\.$/, "") }];
  }
  if (/^[a-z_$][\w$]*(?:\.[a-z_$][\w$]*)+$/i.test(written) && !/^(?:e\.g|i\.e)$/i.test(plain))
    return [{ kind: "code", text: written }];
  return (CONTRACTIONS.get(plain) ?? plain).split(" ").map((text): Token => ({ kind: "word", text }));
}

/** Whether words stand at a place, each given as one or more that will do. */
export function says(
  tokens: readonly Token[],
  at: number,
  ...wanted: readonly (string | readonly string[])[]
): boolean {
  return wanted.every((words_, place) => {
    const token = tokens[at + place];
    return token?.kind === "word" && [words_].flat().includes(token.text);
  });
}

export function isWord(token: Token | undefined, ...words_: readonly string[]): boolean {
  return token?.kind === "word" && words_.includes(token.text);
}

export function isMark(token: Token | undefined, ...marks: readonly string[]): boolean {
  return token?.kind === "mark" && marks.includes(token.text);
}

/** Code or a quote. */
export function isThing(token: Token | undefined): token is Thing {
  return token?.kind === "code" || token?.kind === "quote";
}
