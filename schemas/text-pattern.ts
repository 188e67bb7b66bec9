/** The expression behind `/regex/flags`; undefined for plain text. Throws a SyntaxError for a broken one. */
export function patternOf(text: string): RegExp | undefined {
  const found = /^\/(.+)\/([dimsuv]*)$/s.exec(text);
  return found ? new RegExp(found[1] ?? "", found[2]) : undefined;
}

/** True when `text` contains the plain text, or matches the `/regex/`. */
export function matches(pattern: string, text: string): boolean {
  return patternOf(pattern)?.test(text) ?? text.includes(pattern);
}
