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
  const ends = closings(prompt);
  let from = 0;
  for (const { index } of prompt.matchAll(/[!@]\{(?!\{)/g)) {
    const end = index < from ? undefined : ends.get(index + 1);
    if (end === undefined) continue;
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

/** Where each brace that is closed is closed, by where it opens. */
function closings(text: string): ReadonlyMap<number, number> {
  const ends = new Map<number, number>();
  const open: number[] = [];
  for (const { 0: brace, index } of text.matchAll(/[{}]/g)) {
    if (brace === "{") open.push(index);
    else if (open.length > 0) ends.set(open.pop()!, index);
  }
  return ends;
}

/** One word for the shell. */
function quote(text: string): string {
  if (text.includes("'") && !/["$`\\!]/.test(text)) return `"${text}"`;
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
