/**
 * The names and rules in a list of tools: a text with commas or blanks between them, a YAML list, or both. Commas and
 * blanks inside of parentheses and quotes belong to a rule. A blank before a parenthesis does not end the name: a rule
 * never says more than its text. Anything that is no text is left out.
 */
export function splitTools(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => (typeof item === "string" ? splitTools(item) : []));
  if (typeof value !== "string") return [];
  const tools: string[] = [];
  let depth = 0;
  let current = "";
  const end = (): void => {
    if (current !== "") tools.push(current);
    current = "";
  };
  const text = value.replace(/^\s*\[(.*)\]\s*$/s, "$1").replace(/\s+\(/g, "(");
  for (const sign of text) {
    if (sign === "(") depth++;
    if (sign === ")") depth = Math.max(0, depth - 1);
    if (depth === 0 && (sign === "," || /\s/.test(sign))) end();
    else current += sign;
  }
  end();
  return tools;
}
