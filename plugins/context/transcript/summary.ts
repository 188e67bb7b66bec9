import { constants } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { basename } from "node:path";
import { parseEvent } from "./parse.js";

/** What a list shows of a session, found without reading all of its file. */
export interface Summary {
  readonly id: string;
  readonly path: string;
  readonly root: string;
  readonly cwd: string;
  readonly modified: number;
  readonly bytes: number;
  readonly headless: boolean;
  readonly name?: string;
  readonly title?: string;
}

const HEAD = 64 * 1024;
/** A system prompt with much in it makes a long first line; beyond this nothing is looked for. */
const LONGEST_HEAD = 1024 * 1024;
const TAIL = 16 * 1024;
const TITLE = 80;

/** Undefined when the file cannot be read. A file with a broken beginning is listed by its name. */
export async function summaryOf(path: string): Promise<Summary | undefined> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch(() => undefined);
  if (!file) return undefined;
  try {
    const stats = await file.stat();
    if (!stats.isFile()) return undefined;
    const { size, mtimeMs } = stats;
    const head = await headOf(file, size);
    const name = (await nameAtEnd(file, size)) ?? head.name;
    return {
      id: basename(path, ".jsonl"),
      path,
      root: "",
      cwd: "",
      headless: false,
      ...head,
      modified: mtimeMs,
      bytes: size,
      ...(name !== undefined && { name }),
    };
  } catch {
    return undefined;
  } finally {
    await file.close();
  }
}

type Head = Partial<Pick<Summary, "id" | "root" | "cwd" | "headless" | "name" | "title">>;

async function headOf(file: FileHandle, size: number): Promise<Head> {
  for (let length = HEAD; ; length *= 4) {
    const head = facts(await text(file, 0, Math.min(length, size)));
    if (head.title !== undefined || length >= size || length >= LONGEST_HEAD) return head;
  }
}

function facts(beginning: string): Head {
  let head: Head = {};
  for (const line of beginning.split("\n")) {
    const event = parseEvent(line);
    if (event?.type === "session" && head.id === undefined) {
      const { id, root, cwd, name, headless } = event;
      head = { id, root, cwd, headless: headless === true, ...(name !== undefined && { name }) };
    } else if (event?.type === "prompt" && event.origin === "user") {
      // What was typed is the first text; what plugins made of it stands behind.
      const typed = event.content.find((block) => block.type === "text")?.text ?? "";
      const title = typed.replace(/[\s\p{Cc}]+/gu, " ").trim();
      return { ...head, title: title.length > TITLE ? `${title.slice(0, TITLE - 1)}…` : title };
    }
  }
  return head;
}

/** The last line that carries a name: a finished turn's last line always tells. */
async function nameAtEnd(file: FileHandle, size: number): Promise<string | undefined> {
  const end = await text(file, Math.max(0, size - TAIL), Math.min(TAIL, size));
  for (const line of end.split("\n").toReversed()) {
    const event = line.includes('"name":') ? parseEvent(line) : undefined;
    if (event?.type !== "end" && event?.type !== "change" && event?.type !== "session") continue;
    if ("name" in event && typeof event.name === "string" && event.name !== "") return event.name;
  }
  return undefined;
}

async function text(file: FileHandle, start: number, length: number): Promise<string> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, start);
  return buffer.toString("utf8", 0, bytesRead);
}
