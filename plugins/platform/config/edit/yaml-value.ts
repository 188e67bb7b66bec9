import { isObject } from "../../../../schemas/json.js";

/** Words that YAML readers take for something else than text. */
const WORDS: ReadonlySet<string> = new Set(["true", "false", "null", "yes", "no", "on", "off", "y", "n"]);

/** A value as YAML writes it on one line. */
export function yamlValue(value: unknown): string {
  if (typeof value === "string") return yamlText(value);
  if (Array.isArray(value)) return `[${value.map(yamlValue).join(", ")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const pairs = Object.entries(value).map(([key, inner]) => `${yamlText(key)}: ${yamlValue(inner)}`);
  return pairs.length === 0 ? "{}" : `{ ${pairs.join(", ")} }`;
}

/** Text as it stands where nothing in it could mean anything else, quoted otherwise. Serves for keys as well. */
export function yamlText(text: string): string {
  const plain = /^[A-Za-z][\w./-]*$/.test(text) && !WORDS.has(text.toLowerCase());
  return plain ? text : JSON.stringify(text);
}

/** Tables one inside the other, each on a line of its own. */
export function yamlBlock(path: readonly string[], value: unknown, indent: string): string {
  return path
    .map((key, depth) => {
      const line = `${indent}${"  ".repeat(depth)}${yamlText(key)}:`;
      return depth === path.length - 1 ? `${line} ${yamlValue(value)}` : line;
    })
    .join("\n");
}
