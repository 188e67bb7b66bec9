/** Keys from the root to a value, none of them dotted. */
export type Path = readonly string[];

/**
 * What can be done to the text of a settings file without touching the rest of it. Every function gets a text that
 * parses. Line breaks, byte order mark and whether the result means what it should are the caller's.
 */
export interface SettingsFormat {
  /** The value of the whole text; undefined or null when it is empty. Throws for a text that does not parse. */
  parse(text: string): unknown;
  /** Where the key of a value stands. */
  find(text: string, path: Path): number | undefined;
  /** Replaces a value that is no table, or adds it and the tables around it. */
  set(text: string, path: Path, value: unknown): string;
  unset(text: string, path: Path): string;
  /** Adds to the end of a list. */
  append(text: string, path: Path, item: unknown): string;
  /** Takes one item out of a list. */
  remove(text: string, path: Path, place: number): string;
}

export function samePath(a: readonly unknown[], b: Path): boolean {
  return a.length === b.length && startsWith(a, b);
}

export function startsWith(path: readonly unknown[], beginning: Path): boolean {
  return beginning.every((key, place) => path[place] === key);
}
