/** Numbers of a colour sequence that change colour, weight or line of text and hide nothing. */
function isHarmless(number: number): boolean {
  const inText = number <= 49 && number !== 5 && number !== 6 && number !== 8 && number !== 38 && number !== 48;
  return inText || (number >= 90 && number <= 107);
}

/** A colour sequence (SGR), read and written anew: only what sets colour, weight and lines is left of it. */
export function cleanColour(sequence: string): string {
  const given = sequence.slice(2, -1);
  if (given === "" || given === "0") return "\x1b[0m";
  const numbers = given.split(/[;:]/).map(Number);
  const kept: number[] = [];
  for (let at = 0; at < numbers.length; at++) {
    const number = numbers[at] ?? 0;
    if (number !== 38 && number !== 48) {
      if (isHarmless(number)) kept.push(number);
      continue;
    }
    const more = numbers[at + 1] === 5 ? 2 : numbers[at + 1] === 2 ? 4 : undefined;
    const values = more === undefined ? [] : numbers.slice(at + 1, at + 1 + more);
    if (more === undefined || values.length < more || values.some((value) => value > 255)) break;
    kept.push(number, ...values);
    at += more;
  }
  return kept.length === 0 ? "" : `\x1b[${kept.join(";")}m`;
}

/** Whether a text ends in a colour that was not taken back; undefined where it has none. The text is sanitised. */
export function leavesColour(text: string): boolean | undefined {
  const last = text.lastIndexOf("\x1b");
  return last < 0 ? undefined : !text.startsWith("\x1b[0m", last);
}
