import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isObject } from "../../../schemas/json.js";
import type { Watch } from "./folder.js";
import type { EntryLine } from "./line-forms.js";

/** A watch of the head, with whose it is; the kind is "" for the folder itself. */
export type HotWatch = readonly [path: string, stamp: string, dir: string, kind: string];

/** The first file of an index, the only one that a start reads. The others are named in it. */
export interface Head {
  readonly version: number;
  /** What the answers were made with; others need them made anew. */
  readonly key: string;
  /** Places of the kinds that the entries know of, and the reader whose answers are kept. */
  readonly kinds: Readonly<Record<string, string>>;
  readonly readers: Readonly<Record<string, string>>;
  readonly generation: string;
  readonly roots: readonly Watch[];
  /** All watches where they are few, else the roots' own and those that changed last. */
  readonly hot: readonly HotWatch[];
  /** How many watches there are, by kind. */
  readonly watched: Readonly<Record<string, number>>;
  readonly entries: readonly EntryLine[];
  readonly problems: readonly string[];
  /** Names of the files behind it, by what is in them, and how many lines they have. */
  readonly files: Readonly<Record<string, FileName>>;
  /** Folders whose lines of a kind no longer hold. */
  readonly dropped: Readonly<Record<string, readonly string[]>>;
}

export interface FileName {
  readonly name: string;
  readonly lines: number;
}

/** Another one for each change of what is kept or how it is made. */
export const VERSION = 4;

/** Files younger than this may belong to a head that another process is about to write. */
const GRACE = 60_000;

/** 60 days. */
const KEPT = 60 * 24 * 3600 * 1000;

/** The files of one index. Nothing in it is worth an error: what is missing or damaged is read anew. */
export class Store {
  readonly #dir: string;
  #isWritable = true;

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** Whether anything has been kept here. */
  get exists(): boolean {
    return existsSync(join(this.#dir, "head.json"));
  }

  /** The head; undefined when there is none that can be used. */
  head(): Head | undefined {
    try {
      const head: unknown = JSON.parse(readFileSync(join(this.#dir, "head.json"), "utf8"));
      return isHead(head) ? head : undefined;
    } catch {
      return undefined;
    }
  }

  /** The lines of a file; undefined when one of them is missing or damaged. */
  lines<T>(file: FileName | undefined): readonly T[] | undefined {
    try {
      return this.texts(file)?.map((text) => JSON.parse(text) as T);
    } catch {
      return undefined;
    }
  }

  /** The lines of a file as they stand; undefined when one is missing. */
  texts(file: FileName | undefined): readonly string[] | undefined {
    if (file?.lines === 0) return [];
    try {
      const texts = readFileSync(join(this.#dir, file?.name ?? ""), "utf8")
        .trimEnd()
        .split("\n");
      return texts.length === file?.lines ? texts : undefined;
    } catch {
      return undefined;
    }
  }

  /** Writes lines under a name of their own, which no other process writes to. */
  write<T>(what: string, lines: readonly T[], form: (line: T) => string): FileName {
    const name = `${what.replace(/[^\w-]/g, "_")}-${randomName()}.jsonl`;
    let text = "";
    for (const line of lines) text += `${form(line)}\n`;
    if (text !== "") this.#try(() => writeFileSync(join(this.#dir, name), text, { mode: 0o600 }));
    return { name, lines: lines.length };
  }

  /** Puts a head in force and removes what it no longer names. */
  publish(head: Head): void {
    const isNew = !this.exists;
    const temporary = join(this.#dir, `head.${process.pid}.tmp`);
    this.#try(() => {
      writeFileSync(temporary, JSON.stringify(head), { mode: 0o600 });
      renameSync(temporary, join(this.#dir, "head.json"));
      const wanted = new Set(["head.json", ...Object.values(head.files).map((file) => file.name)]);
      if (isNew) forgetOthers(dirname(this.#dir));
      for (const name of readdirSync(this.#dir)) {
        const file = join(this.#dir, name);
        if (!wanted.has(name) && Date.now() - statSync(file).mtimeMs > GRACE) rmSync(file, { force: true });
      }
    });
  }

  /** A home that cannot be written to costs a little time at each start and nothing else. */
  #try(act: () => void): void {
    if (!this.#isWritable) return;
    try {
      mkdirSync(this.#dir, { recursive: true, mode: 0o700 });
      act();
    } catch {
      this.#isWritable = false;
    }
  }
}

/** Removes the indexes of places that have not changed, or not been visited, for long. */
function forgetOthers(dir: string): void {
  for (const name of readdirSync(dir)) {
    const head = statSync(join(dir, name, "head.json"), { throwIfNoEntry: false });
    if (head && Date.now() - head.mtimeMs > KEPT) rmSync(join(dir, name), { recursive: true, force: true });
  }
}

/** Told apart from all others, and kept by nobody as a secret. */
export function randomName(): string {
  return `${Date.now().toString(36)}${Math.random().toString(36).slice(2, 10)}`;
}

function isHead(head: unknown): head is Head {
  if (!isObject(head) || head["version"] !== VERSION) return false;
  const lists = [head["entries"], head["roots"], head["hot"], head["problems"]];
  const tables = [head["kinds"], head["readers"], head["watched"], head["files"], head["dropped"]];
  const isWhole = lists.every((list) => Array.isArray(list)) && tables.every(isObject);
  if (!isWhole || typeof head["key"] !== "string" || typeof head["generation"] !== "string") return false;
  return (head["hot"] as readonly unknown[]).every(isHot);
}

function isHot(hot: unknown): boolean {
  return Array.isArray(hot) && hot.length === 4 && typeof hot[0] === "string";
}
