/** Anything header fields are given as: a record, pairs, or an object that iterates over pairs (such as `Headers`). */
export type HeaderSource =
  | Readonly<Record<string, string | readonly string[] | undefined>>
  | Iterable<readonly [string, string]>;

/**
 * Header fields with the methods of the global `Headers`. The global one costs 15 ms and more at its first touch,
 * because Node then loads its whole fetch implementation.
 */
export class LightHeaders implements Iterable<[string, string]> {
  private readonly fields = new Map<string, string>();

  constructor(source?: HeaderSource | null) {
    if (!source) return;
    if (Symbol.iterator in source) for (const [name, value] of source) this.append(name, value);
    else
      for (const name of Object.keys(source)) {
        const value = source[name];
        if (value !== undefined) this.set(name, typeof value === "string" ? value : value.join(", "));
      }
  }

  get(name: string): string | null {
    return this.fields.get(name.toLowerCase()) ?? null;
  }

  has(name: string): boolean {
    return this.fields.has(name.toLowerCase());
  }

  set(name: string, value: string): void {
    this.fields.set(name.toLowerCase(), String(value).trim());
  }

  append(name: string, value: string): void {
    const before = this.get(name);
    this.set(name, before === null ? value : `${before}, ${value}`);
  }

  delete(name: string): void {
    this.fields.delete(name.toLowerCase());
  }

  forEach(visit: (value: string, name: string, headers: LightHeaders) => void): void {
    for (const [name, value] of this.fields) visit(value, name, this);
  }

  entries(): IterableIterator<[string, string]> {
    return this.fields.entries();
  }

  keys(): IterableIterator<string> {
    return this.fields.keys();
  }

  values(): IterableIterator<string> {
    return this.fields.values();
  }

  [Symbol.iterator](): IterableIterator<[string, string]> {
    return this.fields.entries();
  }
}
