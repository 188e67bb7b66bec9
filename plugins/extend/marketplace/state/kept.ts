import { stampOf } from "../../stamp.js";

/** What was read from a file, for as long as the file stays as it is. */
export class Kept<T> {
  readonly #file: string;
  readonly #read: (file: string) => T;
  #known: { readonly stamp: string; readonly value: T } | undefined;

  constructor(file: string, read: (file: string) => T) {
    this.#file = file;
    this.#read = read;
  }

  get(): T {
    const stamp = stampOf(this.#file);
    if (this.#known?.stamp !== stamp) this.#known = { stamp, value: this.#read(this.#file) };
    return this.#known.value;
  }
}
