/** The name that differs least from what was typed, if it differs by no more than a slip or two. */
export function nearest(typed: string, names: readonly string[]): string | undefined {
  const most = typed.length > 4 ? 2 : 1;
  let best: string | undefined;
  let least = most + 1;
  for (const name of names.slice(0, 5_000)) {
    const bare = name.slice(name.lastIndexOf(":") + 1);
    const distance = Math.min(steps(typed, name, least), steps(typed, bare, least));
    if (distance < least) [best, least] = [name, distance];
  }
  return best;
}

/** How many signs have to be put in, taken out, exchanged or swapped; `enough` as soon as it is that many. */
function steps(one: string, other: string, enough: number): number {
  if (Math.abs(one.length - other.length) >= enough) return enough;
  let before: number[] = [];
  let row = Array.from({ length: other.length + 1 }, (_, place) => place);
  for (let a = 1; a <= one.length; a++) {
    const next = [a];
    for (let b = 1; b <= other.length; b++) {
      const same = one[a - 1] === other[b - 1] ? 0 : 1;
      let cost = Math.min(row[b]! + 1, next[b - 1]! + 1, row[b - 1]! + same);
      const swapped = a > 1 && b > 1 && one[a - 1] === other[b - 2] && one[a - 2] === other[b - 1];
      if (swapped) cost = Math.min(cost, before[b - 2]! + 1);
      next.push(cost);
    }
    [before, row] = [row, next];
    if (Math.min(...row) >= enough) return enough;
  }
  return row.at(-1)!;
}
