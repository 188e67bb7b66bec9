import type { Text } from "./script.js";

const MOST = 64;
/** A group that a shell writes out: alternatives, or a row of numbers. */
const GROUP = /\{([^{},\s]*(?:,[^{},\s]*)+|-?(?:0|[1-9]\d{0,3})\.\.-?(?:0|[1-9]\d{0,3}))\}/;
/** Braces around anything else stand for themselves; what looks like a row without being one is left to others. */
const LITERAL = /\{(?:[^{},.\s]|\.(?!\.))*\}/g;

/**
 * The words that one with braces stands for; the word itself when it has none that count. Undefined when that cannot be
 * told for certain.
 */
export function expandBraces(pieces: readonly Text[]): readonly (readonly Text[])[] | undefined {
  if (!pieces.some(({ quoted, text }) => !quoted && /[{}]/.test(text))) return [pieces];
  if (!/[{}]/.test(pieces.map(({ quoted, text }) => (quoted ? "" : text.replaceAll(LITERAL, ""))).join(""))) {
    return [pieces];
  }
  const [only] = pieces;
  if (pieces.length !== 1) return undefined;
  const texts = written(only!.text);
  return texts?.map((text) => [{ kind: "text", text, quoted: false }]);
}

function written(text: string): readonly string[] | undefined {
  const found = GROUP.exec(text);
  if (!found) return /[{}]/.test(text.replaceAll(LITERAL, "")) ? undefined : [text];
  const before = text.slice(0, found.index);
  const rest = text.slice(found.index + found[0].length);
  if (/[{}$]/.test(before)) return undefined;
  const tails = written(rest);
  const all = tails && alternatives(found[1]!).flatMap((one) => tails.map((tail) => before + one + tail));
  return all && all.length <= MOST && all.every((one) => one !== "") ? all : undefined;
}

function alternatives(group: string): readonly string[] {
  if (group.includes(",")) return group.split(",");
  const [from, to] = group.split("..").map(Number) as [number, number];
  const step = from <= to ? 1 : -1;
  const length = Math.min(Math.abs(to - from) + 1, MOST + 1);
  return Array.from({ length }, (_, place) => String(from + place * step));
}
