import type { Session } from "../../../schemas/session.js";
import type { ToolOutput } from "../../../schemas/tool.js";
import { changeFile, createFile, loadFile, requireRead } from "../change-file.js";
import type { GivenPath } from "../given-path.js";
import { originalFile, patchOf, type Hunk } from "../patch-of.js";
import { ReadState } from "../read-state.js";
import { placeOfNew } from "../target-place.js";
import { decode, encode, formOf, type TextForm } from "../text-form.js";
import { nearMiss } from "./near-miss.js";
import { replaceIn, type Replaced } from "./replace-in.js";

export interface Wanted extends GivenPath {
  readonly old: string;
  readonly replacement: string;
  readonly all: boolean;
}

const MOST_BYTES = 10 * 1024 * 1024;
const LINES_NAMED = 10;

/** Replaces a piece of a file; what is around it stays byte for byte. Throws one sentence when it changed nothing. */
export async function editFile(wanted: Wanted, session: Session): Promise<ToolOutput> {
  const { path, old, replacement } = wanted;
  if (old === replacement) throw new Error("old_string and new_string are the same: nothing to change.");
  if (old === "") {
    const place = placeOfNew(wanted);
    if (place) {
      await createFile(path, place, Buffer.from(replacement), session);
      return { content: `Created ${path}.`, details: detailsOf(wanted, "", await patchOf("", replacement)) };
    }
  }
  const stored = loadFile(wanted, MOST_BYTES);
  if (!stored.whole) throw new Error(`${path} is larger than 10 MB; change it with a program, such as sed.`);
  requireRead(stored, session, true);
  const form = formOf(stored.bytes, true);
  if (!form) throw new Error(`${path} is a binary file; only text can be edited.`);
  const before = await decode(stored.bytes, form);
  const replaced = replace(before, wanted);
  const bytes = await encodeChecked(replaced.text, form);
  const stat = await changeFile(stored, bytes);
  ReadState.of(session).noteEdited(stored.real, stat, bytes);
  return {
    content: `Edited ${path}: ${placesOf(replaced.lines)}.`,
    details: detailsOf(wanted, originalFile(before), await patchOf(before, replaced.text)),
  };
}

function replace(text: string, { path, old, replacement, all }: Wanted): Replaced {
  if (old === "" && text !== "") throw new Error(`old_string is empty, but ${path} is not: say what to replace.`);
  if (old === "") return { text: replacement, lines: [1] };
  const replaced = replaceIn(text, old, replacement);
  const { lines } = replaced;
  if (lines.length === 0) throw new Error(`old_string was not found in ${path}.${nearMiss(text, old)}`);
  if (lines.length === 1 || all) return replaced;
  throw new Error(
    `old_string was found ${lines.length} times in ${path} (lines ${named(lines)}): ` +
      "add lines around it to make it unique, or set replace_all.",
  );
}

async function encodeChecked(text: string, form: TextForm): Promise<Buffer> {
  const bytes = await encode(text, form);
  if (bytes.length > MOST_BYTES) throw new Error("The file would become larger than 10 MB; nothing was changed.");
  return bytes;
}

function placesOf(lines: readonly number[]): string {
  return lines.length === 1 ? `line ${lines[0]}` : `${lines.length} places (lines ${named(lines)})`;
}

function named(lines: readonly number[]): string {
  return lines.slice(0, LINES_NAMED).join(", ") + (lines.length > LINES_NAMED ? ", ..." : "");
}

function detailsOf(wanted: Wanted, original: string | null, patch: readonly Hunk[]): object {
  return {
    filePath: wanted.path,
    oldString: wanted.old,
    newString: wanted.replacement,
    originalFile: original,
    structuredPatch: patch,
    userModified: false,
    replaceAll: wanted.all,
  };
}
