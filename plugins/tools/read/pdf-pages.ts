import type * as Library from "pdf-lib";
import type { PDFDocument, PDFObject } from "pdf-lib";

type PdfLib = typeof Library;

/** What all compressed parts of one document may unpack to. */
const MOST_UNPACKED = 64 * 1024 * 1024;

/** More pages than any document for a model has. */
const MOST_PAGES = 10_000;

let loaded: Promise<PdfLib> | undefined;
let unpacked = 0;
let queue: Promise<unknown> = Promise.resolve();

/** Opens a document. Throws for one that is damaged, protected, or made to use up memory or time. */
export function openPdf(bytes: Uint8Array): Promise<PDFDocument> {
  // One at a time, because what is unpacked is counted for all together.
  const opened = queue.then(async () => {
    const pdf = await (loaded ??= loadLibrary());
    unpacked = 0;
    try {
      const document = await pdf.PDFDocument.load(bytes, {
        updateMetadata: false,
        parseSpeed: pdf.ParseSpeeds.Fast,
        // It would write about each of them to stderr.
        throwOnInvalidObject: true,
      });
      requireTree(document, pdf);
      return document;
    } catch (error) {
      throw unpacked > MOST_UNPACKED ? new Error("it unpacks to more than 64 MB") : error;
    }
  });
  queue = opened.catch(() => {});
  return opened;
}

/** A document of only these pages, counted from 1. */
export async function extractPages(document: PDFDocument, first: number, last: number): Promise<Uint8Array> {
  const { PDFDocument } = await (loaded ??= loadLibrary());
  const part = await PDFDocument.create();
  const places = Array.from({ length: last - first + 1 }, (_, place) => first - 1 + place);
  for (const page of await part.copyPages(document, places)) part.addPage(page);
  return part.save();
}

async function loadLibrary(): Promise<PdfLib> {
  const pdf = await import("pdf-lib");
  limitUnpacking(pdf);
  return pdf;
}

/** The library unpacks without a limit, and offers no place to set one but the class all its decoders share. */
function limitUnpacking({ PDFContext, PDFName, PDFRawStream, decodePDFRawStream }: PdfLib): void {
  const dict = PDFContext.create().obj({ [PDFName.of("Filter").decodeText()]: "RunLengthDecode" });
  const decoder: object = decodePDFRawStream(PDFRawStream.of(dict, new Uint8Array([128])));
  const shared = Object.getPrototypeOf(Object.getPrototypeOf(decoder)) as { ensureBuffer(size: number): Uint8Array };
  const ensure = shared.ensureBuffer;
  shared.ensureBuffer = function ensureLimited(this: { buffer: Uint8Array }, size: number): Uint8Array {
    const before = this.buffer.byteLength;
    if (unpacked + size - before > MOST_UNPACKED) unpacked = Infinity;
    if (unpacked > MOST_UNPACKED) throw new Error("Too much.");
    const grown = ensure.call(this, size);
    unpacked += grown.byteLength - before;
    return grown;
  };
}

/** A page tree that meets itself again would be walked for ever. */
function requireTree(document: PDFDocument, { PDFPageTree, PDFPageLeaf }: PdfLib): void {
  const met = new Set<PDFObject>();
  const waiting: PDFObject[] = [document.catalog.Pages()];
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    if (met.has(node) || met.size > MOST_PAGES) throw new Error("its list of pages is damaged or too long");
    met.add(node);
    if (node instanceof PDFPageLeaf || !(node instanceof PDFPageTree)) continue;
    const kids = node.Kids();
    for (let place = 0; place < kids.size(); place++) {
      const kid = document.context.lookup(kids.get(place));
      if (kid) waiting.push(kid);
    }
  }
}
