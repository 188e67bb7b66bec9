import type { Piece } from "./body-pieces.js";
import { filler, type Values } from "./fill-body.js";

/**
 * Cuts the prompt of a TOML command into pieces: `{{args}}`, `!{command}` with the arguments quoted for the shell, and
 * `@{file}`, whose content stands in its place. Braces inside have to be balanced; what is not closed is text.
 */
export function tomlPieces(prompt: string, values: Values): readonly Piece[] {
  const pieces: Piece[] = [];
  const fill = filler({ ...values, args: "", names: [] });
  const put = (args: string) => (raw: string) => raw.split("{{args}}").map(fill).join(args);
  const text = put(values.args);
  const quoted = put(values.args === "" ? "" : quote(values.args));
  let from = 0;
  for (const { index } of prompt.matchAll(/[!@]\{(?!\{)/g)) {
    const end = index < from ? -1 : balanced(prompt, index + 1);
    if (end < 0) continue;
    const inner = prompt.slice(index + 2, end).trim();
    const pattern = prompt.slice(index, end + 1);
    pieces.push({ kind: "text", text: text(prompt.slice(from, index)) });
    if (prompt[index] === "!") pieces.push({ kind: "shell", command: quoted(inner), pattern, lenient: true });
    else pieces.push({ kind: "file", path: text(inner), text: text(pattern), place: "here" });
    from = end + 1;
  }
  pieces.push({ kind: "text", text: text(prompt.slice(from)) });
  return pieces;
}

/** Where the brace that opens at `start` is closed, or -1. */
function balanced(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    if (text[at] === "{") depth++;
    else if (text[at] === "}" && --depth === 0) return at;
  }
  return -1;
}

/** One word for the shell. */
function quote(text: string): string {
  if (text.includes("'") && !/["$`\\!]/.test(text)) return `"${text}"`;
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
