/** A line as it is shown in a sentence. */
export function shown(line: string): string {
  const one = line.length > 200 ? `${line.slice(0, 200)}...` : line;
  return `\`${JSON.stringify(one).slice(1, -1).replaceAll('\\"', '"')}\``;
}

/** A text that a shell takes as one word whether it is quoted or not. */
export function needsNoQuotes(text: string): boolean {
  return /^[\w\-./:,@%+=^]+$/.test(text);
}

/** A word as a shell would have to be given it. */
export function quoted(text: string): string {
  return needsNoQuotes(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
