import type { Place } from "../../diagnostic.js";
import type { Fault, Name } from "./syntax.js";

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  "\\": "\\",
  '"': '"',
  "'": "'",
  $: "$",
};

const PIECE = /\$\{([A-Za-z_][A-Za-z0-9_-]*)\}|\\u([0-9a-fA-F]{4})|\\(.)|\$\{|[^\\$]+|\$/suy;

/** What a string says: text, and the names whose values go in between. */
export interface ReadString {
  readonly parts: readonly (string | Name)[];
  readonly faults: readonly Fault[];
}

/** Reads a string as it is written, quotes included. `at` is where it begins. */
export function readString(image: string, at: Place): ReadString {
  const inner = image.slice(1, -1);
  if (image.startsWith("'")) return { parts: inner === "" ? [] : [inner], faults: [] };
  const parts: (string | Name)[] = [];
  const faults: Fault[] = [];
  let text = "";
  PIECE.lastIndex = 0;
  for (let offset = 0; offset < inner.length; offset = PIECE.lastIndex) {
    const [piece = "", name, code, escaped] = PIECE.exec(inner) ?? [];
    const place = { line: at.line, column: at.column + 1 + offset };
    if (name !== undefined) {
      if (text !== "") parts.push(text);
      text = "";
      parts.push({ name, at: place });
    } else if (code !== undefined) text += String.fromCharCode(Number.parseInt(code, 16));
    else if (escaped !== undefined) {
      const meant = Object.hasOwn(ESCAPES, escaped) ? ESCAPES[escaped] : undefined;
      if (meant === undefined)
        faults.push({ ...place, message: `There is no escape "${piece}"; a backslash is "\\\\".` });
      text += meant ?? "";
    } else if (piece === "${") {
      faults.push({ ...place, message: 'A name and "}" are expected after "${"; write "\\${" for the characters.' });
    } else text += piece;
  }
  if (text !== "") parts.push(text);
  return { parts, faults };
}
