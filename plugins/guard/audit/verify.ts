import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { codeOf, messageOf } from "../../../schemas/errors.js";
import type { JsonObject } from "../../../schemas/json.js";
import type { Head } from "./chain.js";
import { checkChain, type Break, type Checked } from "./check-chain.js";
import { readHead } from "./read-lines.js";
import { INDEX, type Shelf } from "./shelf.js";

/** One file of the log, and what is wrong with it. */
export interface FileVerdict {
  readonly file: string;
  readonly lines: number;
  readonly ok: boolean;
  readonly kind?: Break;
  /** The first broken line, from 1. */
  readonly line?: number;
  readonly message?: string;
  readonly note?: string;
}

export interface Verdict {
  readonly ok: boolean;
  readonly files: readonly FileVerdict[];
  /** Hash of the index's last line. Kept elsewhere, it proves the whole log later. */
  readonly head: string;
}

/** Checks every file of the log against itself, its head and the index. Throws what the file system says. */
export function verify(shelf: Shelf): Verdict {
  const present = shelf.files();
  const heads = new Map(present.map((path) => [path, readHead(path)]));
  const ends = new Map<string, Head | undefined>();
  if (!existsSync(shelf.index) && !present.some(hasLines)) return { ok: true, files: [], head: "" };
  const { verdict: index, head } = checkIndex(shelf, (entry) => {
    const file = String(entry["file"]);
    if (entry["type"] === "open") ends.set(file, undefined);
    else ends.set(file, { lines: Number(entry["lines"]), hash: String(entry["head"]) });
  });
  const files = present.map((path) => {
    const name = basename(path);
    const head = heads.get(path);
    const known = [head, ends.get(name)].filter((one) => typeof one === "object");
    try {
      // Killed at its first step, whoever made it has written nothing.
      if (isFresh(path) && known.every(({ lines }) => lines === 0)) return { file: name, lines: 0, ok: true };
      if (head === undefined) return bad(name, "truncated", 0, "its head file is missing");
      if (!ends.has(name) && index.ok) return bad(name, "unknown", 0, "the index does not know it");
      return verdictOf(name, checkChain(path, known));
    } catch (error) {
      return bad(name, "unknown", 0, messageOf(error).replace(/\.$/, ""));
    }
  });
  const names = new Set(present.map((path) => basename(path)));
  for (const name of ends.keys()) {
    if (names.has(name) || existsSync(join(shelf.dir, name))) continue;
    files.push(bad(name, "removed", 0, "the file is gone"));
  }
  const all = [index, ...files];
  return { ok: all.every(({ ok }) => ok), files: all, head };
}

function checkIndex(shelf: Shelf, onEntry: (entry: JsonObject) => void): { verdict: FileVerdict; head: string } {
  try {
    const head = readHead(shelf.index);
    const checked = checkChain(shelf.index, typeof head === "object" ? [head] : [], onEntry);
    const missing = head === undefined && checked.head.lines > 0;
    const verdict = missing ? bad(INDEX, "truncated", 0, "its head file is missing") : verdictOf(INDEX, checked);
    return { verdict, head: checked.head.hash };
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
    return { verdict: bad(INDEX, "removed", 0, "the index is gone"), head: "" };
  }
}

/** A file that was made and not written to yet. */
function isFresh(path: string): boolean {
  const { head, fault } = checkChain(path, []);
  return head.lines === 0 && !fault;
}

function hasLines(path: string): boolean {
  try {
    return !isFresh(path);
  } catch {
    return true;
  }
}

function bad(file: string, kind: Break, line: number, message: string): FileVerdict {
  return { file, lines: 0, ok: false, kind, ...(line > 0 && { line }), message };
}

function verdictOf(file: string, { head, fault, cut }: Checked): FileVerdict {
  const note = cut && !fault ? { note: "the last line was cut while it was written" } : {};
  return { file, lines: head.lines, ok: !fault, ...fault, ...note };
}
