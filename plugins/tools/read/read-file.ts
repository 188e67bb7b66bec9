import type { ToolOutput } from "../../../schemas/tool.js";
import { readStart, type OpenFile } from "../open-file.js";
import type { Shown } from "../read-state.js";
import { decode, formOf, type TextForm } from "../text-form.js";
import { MOST_BYTES, MOST_LINES, Page } from "./page.js";
import { pictureType } from "./picture.js";
import { notebookText } from "./read-notebook.js";
import { isPdf, readPdf } from "./read-pdf.js";
import { readPicture } from "./read-picture.js";
import { streamText } from "./stream-text.js";

/** Which part is wanted. */
export interface Wanted {
  readonly offset?: number;
  readonly limit?: number;
  readonly pages?: string;
}

export interface Request extends Wanted {
  /** Absolute, as messages and details name the file. */
  readonly path: string;
  readonly signal: AbortSignal;
}

export interface ReadResult {
  readonly output: ToolOutput;
  readonly shown: Shown;
  /** All bytes of the file, where they were read. */
  readonly bytes?: Buffer;
}

const MOST_NOTEBOOK = 10 * 1024 * 1024;
const EVERYTHING: Shown = { from: 1, to: Infinity, atEnd: true };

/** Reads a file as what its content says it is. Throws one sentence for what no model can read. */
export async function readFile(file: OpenFile, request: Request): Promise<ReadResult> {
  const { path, pages } = request;
  const start = readStart(file, MOST_BYTES + 1);
  const picture = pictureType(start);
  if (picture) return { output: readPicture(file, picture, path), shown: EVERYTHING };
  if (isPdf(start, path)) return { output: await readPdf(file, path, pages), shown: EVERYTHING };
  const whole = start.length <= MOST_BYTES;
  const form = formOf(start, whole);
  if (!form) throw new Error(`${path} is a binary file; look at it with a program that knows its format.`);
  if (path.endsWith(".ipynb") && file.stat.size <= MOST_NOTEBOOK) {
    const notebook = await readNotebook(file, form, request);
    if (notebook) return notebook;
  }
  const page = pageOf(request);
  if (!whole) {
    const counted = await streamText(file, form, page, request.signal);
    return textResult(page, request, counted);
  }
  page.feed(await decode(start, form));
  page.finish();
  return { ...textResult(page, request, true), bytes: start };
}

function pageOf({ offset = 1, limit = MOST_LINES }: Wanted): Page {
  return new Page(Math.max(1, Math.floor(offset)), Math.min(MOST_LINES, Math.max(1, Math.floor(limit))));
}

async function readNotebook(file: OpenFile, form: TextForm, request: Request): Promise<ReadResult | undefined> {
  const bytes = readStart(file, MOST_NOTEBOOK);
  const notebook = notebookText(await decode(bytes, form));
  if (!notebook) return undefined;
  const page = pageOf(request);
  page.feed(notebook.text);
  page.finish();
  const { output, shown } = textResult(page, request, true);
  const details = { type: "notebook", file: { filePath: request.path, cells: notebook.cells } };
  return { output: { ...output, details }, shown, bytes };
}

/** `counted`: the page has seen the end of the text, so it knows how many lines there are. */
function textResult(page: Page, request: Request, counted: boolean): ReadResult {
  const { from, to, lines } = page;
  return {
    output: {
      content: lines.length === 0 ? nothing(page, request) : clean(page.numbered()) + partial(page, request, counted),
      details: {
        type: "text",
        file: {
          filePath: request.path,
          content: lines.join("\n"),
          numLines: lines.length,
          startLine: from,
          totalLines: page.total,
        },
      },
    },
    shown: { from, to, atEnd: counted && to >= page.total },
  };
}

function nothing({ from, total }: Page, { path }: Request): string {
  if (total === 0) return `(${path} is empty.)`;
  return `(${path} has ${total === 1 ? "1 line" : `${total} lines`}; offset ${from} is past its end.)`;
}

/** Says so when a limit of ours, not the one asked for, ended the page. */
function partial(page: Page, { limit }: Request, counted: boolean): string {
  const { from, to, total, lines } = page;
  if ((counted && to >= total) || (limit !== undefined && lines.length >= Math.floor(limit))) return "";
  const of = counted ? ` of ${total}` : "";
  return `\n\n(PARTIAL view: lines ${from}-${to}${of}. Read on with offset ${to + 1}.)`;
}

const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

/** Without what some JSON readers and servers do not take: NUL, and halves of characters as UTF-16 may hold. */
function clean(text: string): string {
  const whole = text.includes("\0") ? text.replaceAll("\0", "\uFFFD") : text;
  return /[\uD800-\uDFFF]/.test(whole) ? whole.replaceAll(LONE_SURROGATE, "\uFFFD") : whole;
}
