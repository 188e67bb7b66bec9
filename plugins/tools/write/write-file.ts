import type { Session } from "../../../schemas/session.js";
import type { ToolOutput } from "../../../schemas/tool.js";
import { changeFile, createFile, loadFile, requireRead } from "../change-file.js";
import type { GivenPath } from "../given-path.js";
import { originalFile, patchOf } from "../patch-of.js";
import { ReadState } from "../read-state.js";
import { placeOfNew } from "../target-place.js";
import { decode, encode, formOf, UTF8 } from "../text-form.js";

/** How much of an existing file is read to keep its encoding and line endings, and to show the difference. */
const LOOKED_AT = 256 * 1024;

/** Makes a file or replaces one that the session has read whole. */
export async function writeFile(given: GivenPath, content: string, session: Session): Promise<ToolOutput> {
  const place = placeOfNew(given);
  if (!place) return overwrite(given, content, session);
  const { path } = given;
  await createFile(path, place, Buffer.from(content), session);
  return {
    content: `Created ${path} (${linesOf(content)}).`,
    details: { type: "create", filePath: path, content, structuredPatch: [], originalFile: null },
  };
}

async function overwrite(given: GivenPath, content: string, session: Session): Promise<ToolOutput> {
  const stored = loadFile(given, LOOKED_AT);
  const { path } = given;
  requireRead(stored, session, false);
  const form = formOf(stored.bytes, stored.whole);
  const before = form && (await decode(stored.bytes, form));
  // Models are not shown carriage returns, so their absence says nothing.
  const keepsCrlf = before !== undefined && isCrlf(before) && !content.includes("\r") && content.includes("\n");
  const after = keepsCrlf ? content.replaceAll("\n", "\r\n") : content;
  const bytes = await encode(after, form ?? UTF8);
  const stat = await changeFile(stored, bytes);
  ReadState.of(session).noteWritten(stored.real, stat, bytes);
  const original = stored.whole ? before : undefined;
  return {
    content: `Wrote ${path} (${linesOf(content)}${keepsCrlf ? ", CRLF line endings kept" : ""}).`,
    details: {
      type: "update",
      filePath: path,
      content: after,
      structuredPatch: original === undefined ? [] : await patchOf(original, after),
      originalFile: originalFile(original),
    },
  };
}

/** Every line ends with CR LF. */
function isCrlf(text: string): boolean {
  return text.includes("\r\n") && !/(?<!\r)\n/.test(text);
}

function linesOf(text: string): string {
  const breaks = text.split("\n").length - 1;
  const lines = text === "" || text.endsWith("\n") ? breaks : breaks + 1;
  return lines === 1 ? "1 line" : `${lines} lines`;
}
