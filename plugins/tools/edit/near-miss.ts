/** How many lines are compared, and how much of each. */
const COMPARED = 20_000;
const LONGEST = 300;

/** Lines less alike than this are no help. */
const ALIKE = 0.6;

/** A sentence about what comes closest to a piece that was not found; empty when nothing does. */
export function nearMiss(text: string, piece: string): string {
  const lines = text.split("\n", COMPARED);
  const wanted = piece.split("\n").map((line) => line.trim());
  const blank = lines.map((line) => line.trim());
  const place = blank.findIndex((_, start) => wanted.every((line, offset) => blank[start + offset] === line));
  if (place !== -1) return ` Line ${place + 1} differs only in white space: copy it exactly.`;
  const first = wanted.find((line) => line !== "");
  if (first === undefined) return "";
  const closest = closestLine(blank, first.slice(0, LONGEST));
  return closest === undefined
    ? ""
    : ` The closest line is ${closest + 1}: ${lines[closest]!.trimEnd().slice(0, LONGEST)}`;
}

function closestLine(lines: readonly string[], wanted: string): number | undefined {
  const pairs = pairsOf(wanted);
  let best: number | undefined;
  let most = ALIKE;
  for (const [place, line] of lines.entries()) {
    const likeness = line === wanted ? 1 : likenessOf(pairs, wanted.length, line.slice(0, LONGEST));
    if (likeness > most) [best, most] = [place, likeness];
  }
  return best;
}

function pairsOf(line: string): ReadonlyMap<string, number> {
  const pairs = new Map<string, number>();
  for (let at = 0; at + 1 < line.length; at++) {
    const pair = line.slice(at, at + 2);
    pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
  }
  return pairs;
}

/** How much of what is wanted a line has, counted in neighbouring characters; of equals the shorter line wins. */
function likenessOf(pairs: ReadonlyMap<string, number>, length: number, line: string): number {
  const left = new Map(pairs);
  let common = 0;
  for (let at = 0; at + 1 < line.length; at++) {
    const pair = line.slice(at, at + 2);
    const count = left.get(pair) ?? 0;
    if (count === 0) continue;
    left.set(pair, count - 1);
    common++;
  }
  return common / Math.max(1, length - 1) - line.length / 10_000;
}
