/** What must not reach a terminal: control characters but line breaks and tabs, and what turns the direction of writing. */
// oxlint-disable-next-line no-control-regex -- control characters are what this is about
const UNSAFE = /[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Foreign text for a terminal: what could act as a control sequence is shown as its number. */
export function printable(text: string): string {
  return text.replace(UNSAFE, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`);
}

/** The same on one line, cut to so many characters. */
export function oneLine(text: string, most: number): string {
  const line = printable(text).replaceAll(/\s+/g, " ").trim();
  return line.length <= most ? line : `${line.slice(0, most - 3)}...`;
}
