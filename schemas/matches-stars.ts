/** What is a star among the parts of a pattern, and what any other part stands for. */
export interface StarPattern<P> {
  isStar(part: P): boolean;
  fits(part: P, item: string): boolean;
}

/**
 * True when the parts match all items, a star any number of them. After a mismatch only the latest star ever has to take
 * more, so the time grows with the product of the lengths at worst.
 */
export function matchesStars<P>(
  parts: ArrayLike<P>,
  items: ArrayLike<string>,
  { isStar, fits }: StarPattern<P>,
): boolean {
  let part = 0;
  let star = -1;
  let resume = 0;
  for (let item = 0; item < items.length;) {
    if (part < parts.length && isStar(parts[part]!)) {
      star = part++;
      resume = item;
    } else if (part < parts.length && fits(parts[part]!, items[item]!)) {
      part++;
      item++;
    } else if (star >= 0) {
      part = star + 1;
      item = ++resume;
    } else return false;
  }
  while (part < parts.length && isStar(parts[part]!)) part++;
  return part === parts.length;
}
