import { isUtf8 } from "node:buffer";
import type * as IconvLite from "iconv-lite";

export type Encoding = "utf8" | "utf16le" | "utf16be" | "windows-1252" | "latin1";

/** How the characters of a file are written down. */
export interface TextForm {
  readonly encoding: Encoding;
  /** The file begins with a byte order mark. */
  readonly bom: boolean;
}

export const UTF8: TextForm = { encoding: "utf8", bom: false };

const BOMS: readonly (readonly [Encoding, Buffer])[] = [
  ["utf8", Buffer.from([0xef, 0xbb, 0xbf])],
  ["utf16le", Buffer.from([0xff, 0xfe])],
  ["utf16be", Buffer.from([0xfe, 0xff])],
];

/** How much of a file is looked at for signs that it is no text. */
const LOOKED_AT = 8_192;

/** Bytes that mean nothing in windows-1252. */
const UNASSIGNED: readonly number[] = [0x81, 0x8d, 0x8f, 0x90, 0x9d];

/**
 * How a file's beginning (or all of it, when `whole`) is written; undefined for bytes that are no text. Every form
 * gives back the same bytes when a text that was read with it is written with it.
 */
export function formOf(bytes: Buffer, whole: boolean): TextForm | undefined {
  const marked = BOMS.find(([, bom]) => bytes.subarray(0, bom.length).equals(bom))?.[0];
  if (marked === "utf8" && isUtf8(utf8Part(bytes, whole))) return { encoding: "utf8", bom: true };
  if (marked === "utf16le" || marked === "utf16be") return utf16(bytes, marked, { bom: true, whole });
  const start = bytes.subarray(0, LOOKED_AT);
  if (start.includes(0)) {
    const guessed = guessUtf16(start);
    return guessed && utf16(bytes, guessed, { bom: false, whole });
  }
  if (isUtf8(utf8Part(bytes, whole))) return UTF8;
  if (!looksLikeText(start)) return undefined;
  const encoding = UNASSIGNED.some((byte) => bytes.includes(byte)) ? "latin1" : "windows-1252";
  return { encoding, bom: false };
}

/** Half a character does not come back as it was, so such bytes are no text. */
function utf16(
  bytes: Buffer,
  encoding: Encoding,
  { bom, whole }: { bom: boolean; whole: boolean },
): TextForm | undefined {
  return whole && bytes.length % 2 === 1 ? undefined : { encoding, bom };
}

/** Without a last character that the end of the piece may have cut. */
function utf8Part(bytes: Buffer, whole: boolean): Buffer {
  if (whole) return bytes;
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte >= 0xc0) return bytes.subarray(0, -back);
    if (byte < 0x80) break;
  }
  return bytes;
}

/** Text in UTF-16 without a mark: zeros on one side only, and many of them. */
function guessUtf16(start: Buffer): "utf16le" | "utf16be" | undefined {
  const zeros: [number, number] = [0, 0];
  for (const [place, byte] of start.entries()) if (byte === 0) zeros[place % 2 === 0 ? 0 : 1]++;
  const enough = start.length * 0.2;
  if (zeros[0] === 0 && zeros[1] >= enough) return "utf16le";
  return zeros[1] === 0 && zeros[0] >= enough ? "utf16be" : undefined;
}

function looksLikeText(start: Buffer): boolean {
  let odd = 0;
  for (const byte of start) if (byte < 32 && (byte < 8 || byte > 13) && byte !== 27) odd++;
  return odd <= start.length * 0.02;
}

/** The text of a whole file, without its byte order mark. */
export async function decode(bytes: Buffer, { encoding, bom }: TextForm): Promise<string> {
  const content = bom ? bytes.subarray(encoding === "utf8" ? 3 : 2) : bytes;
  if (encoding === "utf16be") return Buffer.from(content).swap16().toString("utf16le");
  if (encoding !== "windows-1252") return content.toString(encoding);
  return (await legacy()).decode(content, encoding);
}

/** The bytes of a whole file. Throws when the form has no way to write one of the characters. */
export async function encode(text: string, { encoding, bom }: TextForm): Promise<Buffer> {
  if (encoding === "utf8") return Buffer.from(bom ? `\uFEFF${text}` : text);
  if (encoding === "utf16le" || encoding === "utf16be") {
    const bytes = Buffer.from(bom ? `\uFEFF${text}` : text, "utf16le");
    return encoding === "utf16be" ? bytes.swap16() : bytes;
  }
  const { encode: write, decode: read } = await legacy();
  const bytes = write(text, encoding);
  const back = read(bytes, encoding);
  if (back === text) return bytes;
  let place = 0;
  while (back[place] === text[place]) place++;
  const lost = String.fromCodePoint(text.codePointAt(place)!);
  throw new Error(`The file is written in ${encoding}, which has no character "${lost}"; nothing was changed.`);
}

/** The library for what Node itself cannot write down; loaded when a file needs it. */
export async function legacy(): Promise<typeof IconvLite.default> {
  return (await import("iconv-lite")).default;
}
