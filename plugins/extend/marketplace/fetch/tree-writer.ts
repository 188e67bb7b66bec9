import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { EXIT, UserError } from "../../../../schemas/errors.js";
import { inside } from "../../inside.js";
import { bytesText, type TreeLimits } from "./limits.js";

const MOST_NOTES = 20;

/**
 * Writes a foreign tree into an empty folder. Whatever brings it - git, zip, tarball, folder - goes through here, so that
 * each rule stands once: no way out by names or links, no two names that only some file systems tell apart, no more
 * and no larger files than the limits say.
 */
export class TreeWriter {
  readonly notes: string[] = [];
  readonly #root: string;
  readonly #what: string;
  readonly #limits: TreeLimits;
  /** Spelling by folded path, of files and of the folders around them. */
  readonly #spelled = new Map<string, { readonly path: string; readonly folder: boolean }>();
  readonly #links: { readonly path: string; readonly target: string }[] = [];
  #files = 0;
  #bytes = 0;

  constructor(root: string, what: string, limits: TreeLimits) {
    this.#root = root;
    this.#what = what;
    this.#limits = limits;
    mkdirSync(root, { recursive: true, mode: 0o700 });
  }

  /** Whether a file of this size may be written; what is told of a faulty one. Asked before its bytes are read. */
  admits(path: string, size: number): boolean {
    const { files, fileBytes, bytes } = this.#limits;
    const fault = pathFault(path) ?? this.#clash(path);
    if (fault !== undefined) return this.#fault(`${show(path)} ${fault}`);
    if (size > fileBytes) return this.#fault(`${show(path)} has more than ${bytesText(fileBytes)}`);
    if (this.#files + 1 > files) throw this.#refusal(`there are more than ${files} files in it`);
    if (this.#bytes + size > bytes) throw this.#refusal(`its files have more than ${bytesText(bytes)} together`);
    return true;
  }

  /** Writes a file that was admitted. */
  file(path: string, bytes: Uint8Array, executable: boolean): void {
    this.#take(path);
    this.#files++;
    this.#bytes += bytes.length;
    const file = join(this.#root, path);
    mkdirSync(dirname(file), { recursive: true, mode: 0o755 });
    writeFileSync(file, bytes, { flag: "wx", mode: executable ? 0o755 : 0o644 });
  }

  /** A link is made at the end, if it then leads to something in the tree. */
  link(path: string, target: string): void {
    if (!this.admits(path, target.length)) return;
    this.#take(path);
    this.#files++;
    this.#links.push({ path, target });
  }

  note(text: string): void {
    if (this.notes.length < MOST_NOTES) this.notes.push(text);
    else if (this.notes.length === MOST_NOTES) this.notes.push("There is more of the kind.");
  }

  /** Makes the links. */
  finish(): void {
    for (const { path, target } of this.#links) {
      const way = posix.join(posix.dirname(path), target);
      const leaves = posix.isAbsolute(target) || target.includes("\\") || way === ".." || way.startsWith("../");
      if (leaves || !this.#make(path, target)) {
        this.note(`The link ${show(path)} leads out of ${this.#what} or nowhere and was left out.`);
      }
    }
  }

  #make(path: string, target: string): boolean {
    const place = join(this.#root, path);
    mkdirSync(dirname(place), { recursive: true, mode: 0o755 });
    symlinkSync(target, place);
    const { real } = inside(this.#root, place);
    if (real === undefined || real === this.#root) rmSync(place);
    return real !== undefined && real !== this.#root;
  }

  #clash(path: string): string | undefined {
    for (const [at, part] of parents(path).entries()) {
      const folder = at < parents(path).length - 1;
      const known = this.#spelled.get(fold(part));
      if (!known) continue;
      if (known.path !== part) return `and ${show(known.path)} are one name to many file systems`;
      if (!folder || !known.folder) return "is there twice";
    }
    return undefined;
  }

  #take(path: string): void {
    const all = parents(path);
    for (const [at, part] of all.entries()) {
      this.#spelled.set(fold(part), { path: part, folder: at < all.length - 1 });
    }
  }

  #fault(why: string): false {
    if (this.#limits.onFault === "refuse") throw this.#refusal(why);
    this.note(`Left out: ${why}.`);
    return false;
  }

  #refusal(why: string): UserError {
    return new UserError(`${this.#what} is not installed: ${why}.`, EXIT.plugin);
  }
}

/** Why a path cannot be a file of a tree. */
function pathFault(path: string): string | undefined {
  if (path.length > 1000 || path === "") return "is no usable path";
  // oxlint-disable-next-line no-control-regex -- control characters are what is refused
  if (/[\u0000-\u001f\u007f\\]/.test(path)) return "has a control character or backslash in its name";
  if (path.startsWith("/") || /^[A-Za-z]:/.test(path)) return "is an absolute path";
  for (const part of path.split("/")) {
    if (part === ".." || part === "." || part === "") return "leads out of its folder";
    if (Buffer.byteLength(part) > 255) return "has too long a name";
    if (/^(\.git|git~1)$/i.test(part.replace(/[\u200b-\u200f\u202a-\u202e\ufeff]|[. ]+$/g, "")))
      return "lies in a .git folder";
  }
  return undefined;
}

/** a, a/b, a/b/c of a/b/c. */
function parents(path: string): readonly string[] {
  const parts = path.split("/");
  return parts.map((_, at) => parts.slice(0, at + 1).join("/"));
}

function fold(path: string): string {
  return path.normalize("NFC").toLowerCase();
}

function show(path: string): string {
  return JSON.stringify(path.length > 120 ? `${path.slice(0, 119)}…` : path);
}
