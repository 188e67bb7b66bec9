import { basename } from "node:path";
import type { PDFDocument } from "pdf-lib";
import { messageOf } from "../../../schemas/errors.js";
import type { ToolOutput } from "../../../schemas/tool.js";
import { readStart, type OpenFile } from "../open-file.js";
import { extractPages, openPdf } from "./pdf-pages.js";

/** A request may hold 32 MB, and base64 takes a third more. */
const MOST_BYTES = 20 * 1024 * 1024;

/** Pages that are read whole, and pages of one call. */
const WHOLE = 10;
const AT_ONCE = 20;

interface Range {
  readonly first: number;
  readonly last: number;
}

/** True for the beginning of a PDF. Some have a few bytes before it: then the name decides. */
export function isPdf(start: Buffer, path: string): boolean {
  const place = start.subarray(0, 1_024).indexOf("%PDF-");
  return place === 0 || (place > 0 && path.toLowerCase().endsWith(".pdf"));
}

/** A document, or some of its pages, as the model sees it. */
export async function readPdf(file: OpenFile, path: string, pages: string | undefined): Promise<ToolOutput> {
  if (file.stat.size > MOST_BYTES) {
    throw new Error(`${path} is larger than 20 MB; extract the pages that matter with a program first.`);
  }
  const bytes = readStart(file, MOST_BYTES);
  const document = await open(bytes, path);
  const count = document.getPageCount();
  const range = pages === undefined ? wholeOf(count, path) : rangeOf(pages, count, path);
  const isWhole = range.first === 1 && range.last === count;
  const shown = isWhole ? bytes : Buffer.from(await extractPages(document, range.first, range.last));
  if (shown.length > MOST_BYTES) throw new Error(`Pages ${pages} of ${path} are larger than 20 MB; ask for fewer.`);
  const data = shown.toString("base64");
  const label = isWhole
    ? `${count} ${count === 1 ? "page" : "pages"}`
    : `pages ${range.first}-${range.last} of ${count}`;
  return {
    content: [
      { type: "text", text: `${basename(path)}: ${label}` },
      {
        type: "document",
        source: { type: "base64", media_type: "application/pdf", data },
        title: basename(path),
      },
    ],
    details: {
      type: "pdf",
      file: { filePath: path, base64: data, originalSize: file.stat.size, totalPages: count, pages: range },
    },
  };
}

async function open(bytes: Buffer, path: string): Promise<PDFDocument> {
  try {
    return await openPdf(bytes);
  } catch (error) {
    const reason = messageOf(error);
    if (/encrypted/i.test(reason)) throw new Error(`${path} is protected by a password.`, { cause: error });
    throw new Error(`${path} cannot be read as a PDF: ${reason.slice(0, 200)}.`, { cause: error });
  }
}

function wholeOf(count: number, path: string): Range {
  if (count <= WHOLE) return { first: 1, last: count };
  throw new Error(`${path} has ${count} pages: ask for at most ${AT_ONCE} of them with pages, such as "1-${AT_ONCE}".`);
}

/** "3", "1-5" or "10-": pages counted from 1, the end cut to what is there. */
function rangeOf(pages: string, count: number, path: string): Range {
  const match = /^\s*(\d{1,6})\s*(?:(-)\s*(\d{1,6})?)?\s*$/.exec(pages);
  if (!match) throw new Error(`pages must look like "3", "1-5" or "10-", not "${pages}".`);
  const first = Number(match[1]);
  const asked = match[3] !== undefined ? Number(match[3]) : match[2] ? count : first;
  const last = Math.min(asked, count);
  if (first < 1 || first > asked) throw new Error(`"${pages}" names no pages: they count from 1 and go upwards.`);
  if (first > count) throw new Error(`${path} has only ${count} pages.`);
  if (last - first + 1 > AT_ONCE)
    throw new Error(`At most ${AT_ONCE} pages at once: "${pages}" asks for ${last - first + 1}.`);
  return { first, last };
}
