import { dirname, isAbsolute, join, resolve } from "node:path";
import type { LoadedInstructions } from "../../../hooks/instructions-loaded.js";
import type { PathGlob } from "../../../schemas/path-glob.js";
import { realPath } from "../../../schemas/real-path.js";
import { secretPart } from "../../../schemas/secret-names.js";
import { statOf } from "../../../schemas/stat-of.js";
import type { Trusted } from "../../../schemas/trusted.js";
import { contains } from "../inside.js";
import { readText } from "../read-text.js";
import { importsIn, looksLikeFile, type Import } from "./imports.js";
import { withoutComments } from "./markdown.js";
import { withoutUnseen } from "../unseen.js";
import type { Place } from "./places.js";

/** Whose word it is: what a project may do depends on whether it is trusted. */
export interface Authority {
  /** For people and the model: "user", "project", "project, not trusted", "plugin x". */
  readonly origin: string;
  /** The folder its files and imports have to lie in; anywhere when absent. */
  readonly within?: string;
  /** Proof that a project is trusted; "own" for what the user, an administrator or an installed plugin says. */
  readonly trusted: Trusted | "own" | undefined;
}

/** A file that was found, and what became of it. */
export interface Entry extends Authority {
  readonly file: string;
  readonly level: LoadedInstructions["level"];
  /** What the model is told; undefined when `why` says why not. */
  readonly text?: string;
  /** Why it is not told, now or at all. */
  readonly why?: string;
  readonly reason: LoadedInstructions["reason"];
  readonly parent?: string;
  readonly globs?: readonly string[];
  /** The file that was worked on when this one was read. */
  readonly trigger?: string;
  /** The folder it speaks about. */
  readonly base: string;
}

/** An import that leads out of its project. */
export interface Outside {
  readonly file: string;
  readonly real: string;
  readonly parent: string;
  readonly line: number;
  readonly from: Entry;
}

export interface LoaderOptions {
  readonly userHome: string;
  readonly excludes: readonly PathGlob[];
  /** Real paths of what was told before, and everything told since. */
  readonly told: Set<string>;
}

const FILE_LIMIT = 4 * 1024 * 1024;
const TOTAL_LIMIT = 8 * 1024 * 1024;
const UNTRUSTED_LIMIT = 256 * 1024;
const MOST_FILES = 500;
const DEEPEST = 5;
const DEEPEST_UNTRUSTED = 4;

/** How a file came to be read. */
type How = Pick<Entry, "level" | "reason" | "parent" | "globs" | "trigger" | "base">;

interface Source {
  readonly file: string;
  /** Its text, where that is known already. */
  readonly body?: string;
}

/** Reads guidelines with what they import, each file and each text once. */
export class Loader {
  readonly entries: Entry[] = [];
  readonly notices: string[] = [];
  readonly outside: Outside[] = [];
  /** Whether a file that a link or an import leads to may be read, by its real path. */
  mayRead: (real: string) => boolean = () => true;
  readonly #options: LoaderOptions;
  readonly #texts = new Map<string, string>();
  #total = 0;
  #untrusted = 0;

  constructor(options: LoaderOptions) {
    this.#options = options;
  }

  /** One file, and behind it what it imports. `body` is its text where that is known already. */
  add(
    place: Pick<Place, "path" | "level" | "base">,
    authority: Authority,
    how: Partial<How> = {},
    body?: string,
  ): void {
    const source = { file: place.path, ...(body !== undefined && { body }) };
    this.#read(source, authority, { level: place.level, base: place.base, reason: "session_start", ...how }, []);
  }

  #read({ file, body }: Source, authority: Authority, how: How, chain: readonly string[]): void {
    const entry = { file, ...authority, ...how };
    const real = realPath(file);
    if (real === undefined) return this.#leave(entry, "it leads nowhere");
    const why = this.#objection(file, real, authority, how);
    if (why !== undefined) return this.#leave(entry, why);
    if ((how.reason === "include" || isTelling(file, real)) && !this.mayRead(real)) return this.#keepBack(entry, real);
    const read = body ?? readText(real, FILE_LIMIT);
    if (typeof read !== "string") {
      this.notices.push(`Guidelines: ${read.message} It is left out.`);
      return this.#leave(entry, read.code.replaceAll("-", " "));
    }
    const text = this.#clean(read, entry);
    if (text === "") return this.#leave(entry, "it is empty");
    const twin = this.#texts.get(text);
    if (twin !== undefined) return this.#leave(entry, `the same text as ${twin}`);
    if (!this.#fits(text, authority)) {
      this.notices.push(`Guidelines: ${file} is left out: together they are too large.`);
      return this.#leave(entry, "together they are too large");
    }
    this.#options.told.add(real);
    this.#texts.set(text, file);
    const told: Entry = { ...entry, text };
    this.entries.push(told);
    this.#imports(told, real, [...chain, real]);
  }

  #objection(file: string, real: string, { within }: Authority, { level }: How): string | undefined {
    const { excludes, told } = this.#options;
    const isExcluded = (path: string): boolean => excludes.some((glob) => glob(path.slice(1)));
    if (level !== "managed" && (isExcluded(file) || isExcluded(real))) return "claudeMdExcludes leaves it out";
    if (told.has(real)) return `the same file as ${real === file ? "one above" : real}`;
    if (within !== undefined && !contains(within, real)) return "it leads out of the project";
    return this.entries.length >= MOST_FILES ? "there are too many files" : undefined;
  }

  #keepBack(entry: Entry, real: string): void {
    const { file, parent } = entry;
    const own = real === file ? "there is" : `${file} is a link to`;
    const who = parent === undefined ? own : `${parent} imports`;
    this.notices.push(
      `Guidelines: ${who} ${real}, which can hold secrets or is not to be read; it is left out. The permission rule Read(/${real}) allows it.`,
    );
    this.#leave(entry, "it can hold secrets or is not to be read");
  }

  #leave(entry: Entry, why: string): void {
    if (this.entries.length < 2 * MOST_FILES) this.entries.push({ ...entry, why });
  }

  #clean(read: string, { file, level }: Entry): string {
    const plain = withoutComments(read.replaceAll("\r\n", "\n")).trim();
    if (level === "user" || level === "managed") return plain;
    const { text, removed } = withoutUnseen(plain);
    if (removed > 0) this.notices.push(`Guidelines: ${removed} invisible characters are left out of ${file}.`);
    return text;
  }

  #fits(text: string, { trusted }: Authority): boolean {
    const size = Buffer.byteLength(text);
    if (this.#total + size > TOTAL_LIMIT || (!trusted && this.#untrusted + size > UNTRUSTED_LIMIT)) return false;
    this.#total += size;
    if (!trusted) this.#untrusted += size;
    return true;
  }

  #imports(entry: Entry, real: string, chain: readonly string[]): void {
    for (const found of importsIn(entry.text!)) {
      const target = this.#target(found, real);
      const place = `${entry.file}, @${found.path}`;
      const leads = realPath(target);
      if (leads === undefined || !isFile(leads)) {
        if (leads === undefined && looksLikeFile(found.path))
          this.notices.push(`Guidelines: ${place}: ${target} does not exist.`);
      } else if (chain.includes(leads)) {
        this.notices.push(`Guidelines: ${[...chain.slice(chain.indexOf(leads)), leads].join(" imports ")}: a cycle.`);
      } else if (chain.length > (entry.trusted ? DEEPEST : DEEPEST_UNTRUSTED)) {
        this.notices.push(`Guidelines: ${place} is not read: imports go ${chain.length - 1} files deep at most.`);
      } else if (entry.within !== undefined && !contains(entry.within, leads)) {
        if (!this.#options.told.has(leads))
          this.outside.push({ file: target, real: leads, parent: entry.file, line: found.line, from: entry });
      } else if (!this.#options.told.has(leads)) {
        const { level, base, trigger, origin, within, trusted } = entry;
        const authority = { origin, trusted, ...(within !== undefined && { within }) };
        const how: How = {
          level,
          base,
          reason: "include",
          parent: entry.file,
          ...(trigger !== undefined && { trigger }),
        };
        this.#read({ file: target }, authority, how, chain);
      }
    }
  }

  #target({ path }: Import, importer: string): string {
    if (path.startsWith("~/")) return join(this.#options.userHome, path.slice(2));
    return isAbsolute(path) ? path : resolve(dirname(importer), path);
  }
}

/** Whether what may be read has to be asked of a file that stands in a place for guidelines. */
export function isTelling(file: string, real: string): boolean {
  return real !== file || secretPart(real) !== undefined;
}

function isFile(path: string): boolean {
  return statOf(path)?.isFile() ?? false;
}
