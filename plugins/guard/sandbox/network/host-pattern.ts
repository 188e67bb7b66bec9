const PATTERN = /^(?:\*|(?:\*\.)?[\w*-]+(?:\.[\w*-]+)*|\[[0-9a-f:.]+\])(?::(\d{1,5}))?$/i;

/** Whether an entry of a list of hosts can be understood. */
export function isHostPattern(text: string): boolean {
  const port = PATTERN.exec(text);
  return port !== null && text.length <= 300 && Number(port[1] ?? 1) < 65_536 && !/\*[^.]*\*|\*\*/.test(text);
}
