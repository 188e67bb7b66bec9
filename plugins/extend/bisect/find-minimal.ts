/** Whether the command fails with just these switched on. */
export type Fails = (on: readonly string[]) => Promise<boolean>;

/**
 * A smallest set with which it fails: taking out any one of it makes it work. `names` together fail, none works. Halves
 * first, then ever smaller pieces, so that one of many is found in about twice the logarithm of their number, and several
 * that fail only together are found as well.
 */
export async function findMinimal(names: readonly string[], fails: Fails): Promise<readonly string[]> {
  let on = names;
  let pieces = 2;
  while (on.length > 1) {
    const parts = split(on, Math.min(pieces, on.length));
    const smaller =
      (await first(parts, fails)) ?? (pieces > 2 ? await first(complements(on, parts), fails) : undefined);
    if (smaller) {
      pieces = parts.includes(smaller) ? 2 : Math.max(2, pieces - 1);
      on = smaller;
    } else if (pieces >= on.length) break;
    else pieces = Math.min(on.length, pieces * 2);
  }
  return on;
}

async function first(sets: readonly (readonly string[])[], fails: Fails): Promise<readonly string[] | undefined> {
  for (const set of sets) if (await fails(set)) return set;
  return undefined;
}

function split(names: readonly string[], count: number): readonly (readonly string[])[] {
  return Array.from({ length: count }, (_, place) =>
    names.slice(Math.floor((place * names.length) / count), Math.floor(((place + 1) * names.length) / count)),
  );
}

function complements(all: readonly string[], parts: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return parts.map((part) => all.filter((name) => !part.includes(name)));
}
