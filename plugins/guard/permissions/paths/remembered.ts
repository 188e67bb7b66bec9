/** As far as a place says to which call it belongs. */
interface OfCall {
  readonly folders: readonly string[];
}

const kept = new WeakMap<readonly string[], Map<string, unknown>>();

/**
 * What was found out about the file system for one call is not looked up again for it. The list of a place's folders is
 * made anew for each call, and is the same in all places that are made of one.
 */
export function remembered<T>({ folders }: OfCall, key: string, find: () => T): T {
  let known = kept.get(folders) as Map<string, T> | undefined;
  if (!known) kept.set(folders, (known = new Map()));
  if (!known.has(key)) known.set(key, find());
  return known.get(key)!;
}
