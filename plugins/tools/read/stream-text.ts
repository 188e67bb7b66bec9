import { read } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import { promisify } from "node:util";
import type { OpenFile } from "../open-file.js";
import type { Page } from "./page.js";
import { legacy, type TextForm } from "../text-form.js";

const CHUNK = 1024 * 1024;

/** The lines behind a page are counted in files up to this size. */
const COUNTED = 64 * 1024 * 1024;

/** Milliseconds until looking for the first line is given up. */
const PATIENCE = 30_000;

const readInto = promisify(read);

/**
 * Fills a page from a long file piece by piece, leaving others room between the pieces. True when it got to the end of
 * the file, so that its lines are counted.
 */
export async function streamText(
  { fd, stat }: OpenFile,
  form: TextForm,
  page: Page,
  signal: AbortSignal,
): Promise<boolean> {
  const decoder = await decoderOf(form);
  const buffer = Buffer.allocUnsafe(CHUNK);
  const latest = performance.now() + PATIENCE;
  let position = !form.bom ? 0 : form.encoding === "utf8" ? 3 : 2;
  while (!page.full || stat.size <= COUNTED) {
    const { bytesRead } = await readInto(fd, buffer, 0, CHUNK, position);
    signal.throwIfAborted();
    if (bytesRead === 0) {
      page.feed(decoder.end());
      page.finish();
      return true;
    }
    position += bytesRead;
    page.feed(decoder.write(buffer.subarray(0, bytesRead)));
    if (performance.now() > latest) throw new Error(`Line ${page.from} was not reached within ${PATIENCE / 1000} s.`);
  }
  return false;
}

interface Decoder {
  write(bytes: Buffer): string;
  end(): string;
}

async function decoderOf({ encoding }: TextForm): Promise<Decoder> {
  if (encoding === "windows-1252" || encoding === "utf16be") {
    const decoder = (await legacy()).getDecoder(encoding);
    return { write: (bytes) => decoder.write(bytes), end: () => decoder.end() ?? "" };
  }
  return new StringDecoder(encoding);
}
