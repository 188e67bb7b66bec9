import { createHash } from "node:crypto";
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
} from "node:fs";
import { join } from "node:path";
import { EXIT, UserError, codeOf, messageOf } from "../../../schemas/errors.js";
import { withLock } from "../../../schemas/file-lock.js";
import { isObject } from "../../../schemas/json.js";
import { replaceAtOnce } from "../../../schemas/write-at-once.js";

/** An approved part that judges calls. */
export interface Gate {
  readonly hash: string;
  readonly file: string;
  readonly matcher?: string;
}

/** What a person has said about a folder. */
export interface Answer {
  /** The key of its place. */
  readonly root: string;
  readonly state: "trusted" | "declined";
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Hashes of everything that was shown and agreed to. */
  readonly approved: ReadonlySet<string>;
  /** Those of them that judge calls, as they last were agreed to. Absent: kept by a nacre that did not tell them apart. */
  readonly gates?: readonly Gate[];
  /** The state of the plugin folders when nothing in them was left to be agreed to. */
  readonly seen?: string;
}

const MOST_BYTES = 4 * 1024 * 1024;
const MOST_HASHES = 20_000;

/** Answers about folders, one file each below nacre's home, where no project can write. */
export class Ledger {
  readonly #dir: string;

  constructor(home: string) {
    this.#dir = join(home, "trust");
  }

  /** What was said of this very folder. A file that is damaged, somebody else's or about another folder says nothing. */
  read(root: string): Answer | undefined {
    const answer = answerIn(this.#file(root));
    return answer?.root === root ? answer : undefined;
  }

  list(): readonly Answer[] {
    if (!lstatSync(this.#dir, { throwIfNoEntry: false })?.isDirectory()) return [];
    const files = readdirSync(this.#dir).filter((name) => /^[0-9a-f]{32}\.json$/.test(name));
    const answers = files.flatMap((name) => answerIn(join(this.#dir, name)) ?? []);
    return answers.filter(({ root }) => root.startsWith("/")).toSorted((a, b) => (a.root < b.root ? -1 : 1));
  }

  /** Writes what `change` makes of the answer that stands. Throws a UserError where it cannot be kept. */
  async change(root: string, change: (before: Answer | undefined) => Answer): Promise<void> {
    try {
      mkdirSync(this.#dir, { recursive: true, mode: 0o700 });
      const file = this.#file(root);
      await withLock(`${file}.lock`, () => this.#write(file, change(this.read(root))));
    } catch (error) {
      if (error instanceof UserError) throw error;
      throw new UserError(`The answer about ${root} cannot be kept: ${messageOf(error)}`, EXIT.failed);
    }
  }

  /** True when there was something to forget. */
  forget(root: string): boolean {
    const file = this.#file(root);
    const isThere = lstatSync(file, { throwIfNoEntry: false }) !== undefined;
    rmSync(file, { force: true, recursive: true });
    return isThere;
  }

  #write(file: string, { approved, ...rest }: Answer): void {
    const text = JSON.stringify({ version: 1, ...rest, approved: [...approved].slice(-MOST_HASHES) });
    replaceAtOnce(file, text, 0o600);
  }

  #file(root: string): string {
    return join(this.#dir, `${createHash("sha256").update(root).digest("hex").slice(0, 32)}.json`);
  }
}

function answerIn(file: string): Answer | undefined {
  try {
    return read(openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK));
  } catch (error) {
    if (error instanceof SyntaxError || codeOf(error) !== undefined) return undefined;
    throw error;
  }
}

function read(fd: number): Answer | undefined {
  try {
    const { uid, mode, size } = fstatSync(fd);
    const own = process.getuid?.();
    // What others may write says nothing.
    if ((own !== undefined && uid !== own) || (mode & 0o022) !== 0 || size > MOST_BYTES) return undefined;
    const value: unknown = JSON.parse(readFileSync(fd, "utf8"));
    if (!isObject(value) || value["version"] !== 1) return undefined;
    const { root, state, at, approved, seen, gates } = value;
    if (typeof root !== "string" || (state !== "trusted" && state !== "declined") || !Array.isArray(approved))
      return undefined;
    const hashes = approved.filter((one): one is string => typeof one === "string");
    return {
      root,
      state,
      at: Number(at) || 0,
      approved: new Set(hashes),
      ...(typeof seen === "string" && { seen }),
      ...(Array.isArray(gates) && { gates: gates.flatMap(gateIn) }),
    };
  } finally {
    closeSync(fd);
  }
}

function gateIn(value: unknown): readonly Gate[] {
  if (!isObject(value)) return [];
  const { hash, file, matcher } = value;
  if (typeof hash !== "string" || typeof file !== "string") return [];
  return [{ hash, file, ...(typeof matcher === "string" && { matcher }) }];
}
