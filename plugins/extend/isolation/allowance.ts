import { CALLABLE } from "./protocol.js";

/** What one plugin may put into the kernel. */
const MOST_ITEMS = 500;
const MOST_TAPS = 100;
/** Characters of their data, all together: much of it goes with each request. */
const MOST_DATA = 1_000_000;

/** Counts what a plugin adds. A throw ends its process. */
export class Allowance {
  #items = 0;
  #taps = 0;
  #data = 0;

  item(data: object): void {
    if (++this.#items > MOST_ITEMS) throw new Error(`it adds more than ${MOST_ITEMS} things`);
    this.#data += JSON.stringify(data).length;
    if (this.#data > MOST_DATA) throw new Error(`what it adds is longer than ${MOST_DATA} characters`);
  }

  tap(): void {
    if (++this.#taps > MOST_TAPS) throw new Error(`it listens more than ${MOST_TAPS} times`);
  }
}

/** The functions of an item that can be called, by number. Others are nobody's to call. */
export function callableIn(
  kind: string,
  fns: Readonly<Record<string, number>>,
): readonly (readonly [string, number])[] {
  return (CALLABLE[kind] ?? []).flatMap((member) =>
    Object.hasOwn(fns, member) ? [[member, fns[member]!] as const] : [],
  );
}
