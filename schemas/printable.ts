import { cleanColour, leavesColour } from "./colour.js";

/**
 * What must not reach a terminal or a log as it stands: C0 except newline and tab, DEL, C1, what turns the direction of
 * writing, what shows nothing (blanks without width, tags, fillers), lone halves of pairs. Joiners and variation
 * selectors are among them, as they show nothing either; where they belong they are kept.
 */
const CLASS =
  "\\0-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f" +
  "\\u2028-\\u202e\\u2060-\\u206f\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff9-\\ufffb\\ud800-\\udfff" +
  "\\u{1bca0}-\\u{1bca3}\\u{1d173}-\\u{1d17a}\\u{e0000}-\\u{e0fff}";
const UNSAFE = new RegExp(`[${CLASS}]`, "gu");
const UNSAFE_OR_COLOUR = new RegExp(`\\x1b\\[[\\d;:]{0,64}m|[${CLASS}]`, "gu");
const ALL_UNSAFE = new RegExp(`^[${CLASS}]$`, "u");

/** Nothing has to be looked at closely in such a text. */
const PLAIN = /^[\t\n\x20-\x7e]*$/;

/** Beside what is unsafe, what passes for a space: it can hide in a command that is to be approved. */
const HIDDEN = /(?! )[\p{Default_Ignorable_Code_Point}\p{Space_Separator}]/gu;

/** How foreign text is to be shown. */
export interface Manner {
  /** What becomes of colours (SGR): shown as text, left out, or read and written anew. The rest is always shown as text. */
  readonly colour?: "show" | "drop" | "keep";
}

/**
 * Foreign text as it may be shown: no byte of it acts as a control sequence, and what would have is visible. A line end
 * of DOS counts as one. Giving the result in again changes nothing.
 */
export function sanitize(text: string, manner: Manner = {}): string {
  if (PLAIN.test(text)) return text;
  const shown = sanitizeAfter("", text, manner);
  return manner.colour === "keep" && leavesColour(shown) === true ? `${shown}\x1b[0m` : shown;
}

/** The same for a piece of a text of which `before`, at most four characters, stood before it. */
export function sanitizeAfter(before: string, text: string, { colour = "show" }: Manner): string {
  if (PLAIN.test(text)) return text;
  const whole = before + text;
  const replace = (match: string, at: number): string => {
    if (match.length > 1 && match[0] === "\x1b") return colour === "drop" ? "" : cleanColour(match);
    if (match === "\r" && text[at + 1] === "\n") return "";
    return isJoined(match, whole, before.length + at) ? match : escaped(match);
  };
  return text.replace(colour === "show" ? UNSAFE : UNSAFE_OR_COLOUR, replace);
}

/** Foreign text on one line, line breaks and tabs visible: names, paths, values. */
export function printable(text: string): string {
  return sanitize(text).replaceAll("\n", "\\n").replaceAll("\t", "\\t");
}

/** The same, cut to so many characters. */
export function shortened(text: string, most: number): string {
  return cut(printable(beginning(text, most)), most);
}

/** Foreign text joined to one line without colours, cut to so many characters. */
export function oneLine(text: string, most: number): string {
  return cut(sanitize(beginning(text, most), { colour: "drop" }).replace(/\s+/g, " ").trim(), most);
}

/** Text that is to be approved: every character that hides or misleads is visible, line breaks and tabs included. */
export function reveal(text: string): string {
  const shown = text.replace(UNSAFE, escaped).replace(HIDDEN, escaped);
  return shown.replaceAll("\t", "\\t").replaceAll("\n", "\\n\n");
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code === 0x0d) return "\\r";
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, "0")}`;
  return code <= 0xffff ? `\\u${code.toString(16).padStart(4, "0")}` : `\\u{${code.toString(16)}}`;
}

/**
 * Whether a joiner or selector does its work there: between letters or pictures beyond ASCII, once. A row of them, or
 * one in the middle of plain words, carries something past the eye.
 */
function isJoined(sign: string, text: string, at: number): boolean {
  const isSelector = sign >= "\ufe00" && sign <= "\ufe0f";
  if (!isSelector && sign !== "\u200c" && sign !== "\u200d") return false;
  const before = characterBefore(text, at);
  if (isSelector) return /^[\d#*]$/.test(before) || isShown(before);
  const after = String.fromCodePoint(text.codePointAt(at + 1) ?? 0);
  if (!isShown(after)) return false;
  const selected = before >= "\ufe00" && before <= "\ufe0f";
  return isShown(before) || (selected && isShown(characterBefore(text, at - 1)));
}

function isShown(character: string): boolean {
  return character > "\x7f" && !ALL_UNSAFE.test(character);
}

function characterBefore(text: string, at: number): string {
  const isPair = /[\udc00-\udfff]/.test(text[at - 1] ?? "") && /[\ud800-\udbff]/.test(text[at - 2] ?? "");
  return text.slice(Math.max(0, at - (isPair ? 2 : 1)), at);
}

/** As much of a text as can matter for its first characters. */
function beginning(text: string, most: number): string {
  return text.length > 20 * most + 4_000 ? text.slice(0, 20 * most + 4_000) : text;
}

function cut(line: string, most: number): string {
  return line.length <= most ? line : `${line.slice(0, most - 1).replace(/[\ud800-\udbff]$/, "")}\u2026`;
}
