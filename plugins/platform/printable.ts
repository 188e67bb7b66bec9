/** What must not reach a terminal: control characters, what turns the direction of writing, lone halves of pairs. */
// oxlint-disable-next-line no-control-regex -- control characters are what this is about
const UNSAFE = /[\0-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]/gu;

/** Foreign text for one line of a report: what could act as a control sequence is shown as its number. */
export function printable(text: string): string {
  return text.replace(UNSAFE, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code <= 0xff ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
  });
}

/** The same, cut to so many characters. */
export function shortened(text: string, most: number): string {
  const line = printable(text);
  return line.length <= most ? line : `${line.slice(0, most - 1).replace(/[\ud800-\udbff]$/, "")}\u2026`;
}
