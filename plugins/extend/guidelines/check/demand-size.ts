import type { Hit } from "./rule.js";
import type { Reading } from "./scope.js";
import { restAt, type Read } from "./sentence.js";
import type { Source } from "./source.js";
import { subjectPlaces } from "./subject-places.js";
import { isWord, says, type Token } from "./tokens.js";

const UNIT = ["lines", "characters", "columns", "chars"] as const;
const OVER = /\b(?:exceed|over|longer than|more than|above|larger than|bigger than)$/;
const UNDER =
  /\b(?:under|below|at most|shorter than|fewer than|less than|maximum of|up to|within|no (?:longer|more) than|max)$/;
const STRICT = /\b(?:under|below|shorter than|fewer than|less than)$/;

/** "Files must not exceed 300 lines", "lines must be at most 100 characters long", "never exceed 80 characters per line". */
export function readSize(tokens: readonly Token[], reading: Reading): readonly Read[] | undefined {
  const at = tokens.findIndex(
    (token, place) => token.kind === "word" && /^\d[\d,]*$/.test(token.text) && isWord(tokens[place + 1], ...UNIT),
  );
  if (at < 0) return undefined;
  const words = tokens.slice(0, at).map(({ text }) => text);
  const before = words.join(" ");
  const isNegated = /\b(?:never|not|no)\b/.test(before);
  const isNoMore = /\bno (?:longer|more) than$/.test(before);
  const isMost = OVER.test(before) && !isNoMore ? isNegated : UNDER.test(before) && (isNoMore || !isNegated);
  const perLine = says(tokens, at + 2, ["per", "a", "each"], "line") ? 2 : 0;
  const unit = tokens[at + 1]!.text;
  const rest = restAt(tokens, at + 2 + perLine + (isWord(tokens[at + 2], "long", "wide") ? 1 : 0), reading);
  const subject = subjectPlaces(tokens.slice(0, at), reading);
  if (!isMost || typeof rest === "string" || !subject) return undefined;
  const most = Number(tokens[at]!.text.replaceAll(",", "")) - (STRICT.test(before) ? 1 : 0);
  const places = [...subject, ...rest];
  const about = (...names: readonly string[]): boolean => words.some((word) => names.includes(word));
  if (unit === "lines" && about("file", "files", "module", "modules")) {
    const find = (source: Source): readonly Hit[] => longFile(source, most);
    return [{ check: { kind: "size", says: `The file has more than ${most} lines`, find }, places }];
  }
  if (unit === "lines" || !(perLine > 0 || about("line", "lines"))) return undefined;
  const find = (source: Source): readonly Hit[] => longLines(source, most);
  return [{ check: { kind: "size", says: `The line has more than ${most} characters`, find }, places }];
}

function longFile({ text, language }: Source, most: number): readonly Hit[] {
  const lines = text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
  return lines > most && language?.isCode ? [{ line: most + 1, column: 1 }] : [];
}

function longLines({ text, language }: Source, most: number): readonly Hit[] {
  if (!language?.isCode) return [];
  const isLong = (row: string): boolean => row.length > most && Array.from(row.replace(/\r$/, "")).length > most;
  return text
    .split("\n")
    .flatMap((row, place) => (isLong(row) ? [{ line: place + 1, column: most + 1 }] : []))
    .slice(0, 200);
}
