import { dirname, isAbsolute, join, relative } from "node:path";
import type { JsonObject } from "../../../schemas/json.js";
import type { Diagnostic, Package, Part, PartPlace, PartsFound } from "../../../schemas/parts.js";
import { inside } from "../inside.js";
import { readText } from "../read-text.js";
import { parse } from "./language/parse.js";
import type { AliasDeclaration, Fault, Include, Statement, Unalias } from "./language/syntax.js";

const LIMIT = 256 * 1024;
/** Files that include each other, and aliases of one plugin. */
const MOST_FILES = 50;
const MOST_ALIASES = 1000;

/** What an index keeps of one statement. */
export type AliasData =
  | { readonly declaration: AliasDeclaration }
  /** Takes back an alias; `known` when it was one of the same plugin. */
  | { readonly unalias: Unalias; readonly known: boolean }
  /** A declaration that could not be read. */
  | { readonly fault: Fault };

/** Reads the alias files of one plugin, with what they include. */
export function readAliases(places: readonly PartPlace[], from: Pick<Package, "dir">): PartsFound {
  const reading = new Reading(from.dir);
  for (const { path, optional } of places) if (path !== undefined) reading.file(path, optional === true);
  return { parts: reading.parts(), problems: reading.problems, files: [...reading.files] };
}

class Reading {
  readonly problems: Diagnostic[] = [];
  readonly files = new Set<string>();
  readonly #root: string;
  readonly #aliases = new Map<string, Part>();
  readonly #stack: string[] = [];

  constructor(root: string) {
    this.#root = root;
  }

  parts(): readonly Part[] {
    return [...this.#aliases.values()];
  }

  file(path: string, optional: boolean): void {
    this.files.add(path);
    const text = readText(path, LIMIT);
    if (typeof text !== "string") {
      if (!optional || text.code !== "missing") this.problems.push(text);
      return;
    }
    this.#stack.push(path);
    const { statements, faults, broken } = parse(text);
    for (const fault of faults) this.#say(path, fault);
    for (const [name, fault] of broken) if (!this.#aliases.has(name)) this.#put(name, path, { fault });
    for (const statement of statements) this.#take(statement, path);
    this.#stack.pop();
  }

  #take(statement: Statement, file: string): void {
    if (statement.is === "include") return this.#include(statement, file);
    const { name, at } = statement;
    const known = this.#aliases.get(name);
    const data = known?.data as AliasData | undefined;
    if (statement.is === "unalias") {
      const isOwn = data !== undefined && "declaration" in data;
      return this.#put(name, file, { unalias: statement, known: isOwn });
    }
    if (known && data && "declaration" in data) {
      const { line, column } = data.declaration.at;
      const where = known.file === file ? `in ${line}:${column}` : `in ${known.file}:${line}:${column}`;
      const message = `There is an alias "${name}" already, ${where}.`;
      return this.#say(file, {
        ...at,
        message,
        fix: `Give it another name, or take the first back with unalias ${name}.`,
      });
    }
    if (this.#aliases.size < MOST_ALIASES) return this.#put(name, file, { declaration: statement });
    this.#say(file, { ...at, message: `There are more than ${MOST_ALIASES} aliases; this one is not used.` });
  }

  #put(name: string, file: string, data: AliasData): void {
    this.#aliases.set(name, { kind: "alias", name, file, data: data as unknown as JsonObject });
  }

  #include({ path, at }: Include, file: string): void {
    const say = (message: string): void => this.#say(file, { ...at, message });
    if (isAbsolute(path)) return say(`An include is relative, as in "./team.nalias", not "${path}".`);
    const target = join(dirname(file), path);
    const { real, why } = inside(this.#root, relative(this.#root, target));
    if (why === "outside") return say(`"${path}" lies outside of ${this.#root}.`);
    this.files.add(target);
    if (real === undefined) return say(why === "missing" ? `"${path}" does not exist.` : `"${path}" cannot be read.`);
    const opened = this.#stack.findIndex((one) => inside(this.#root, one).real === real);
    if (opened >= 0) {
      const names = [...this.#stack.slice(opened), target].map((one) => relative(this.#root, one));
      return say(`The files include each other in a circle: ${names.join(" -> ")}.`);
    }
    if (this.files.size > MOST_FILES) return say(`More than ${MOST_FILES} files are included; this one is not read.`);
    if (this.#read.has(real)) return;
    this.#read.add(real);
    this.file(target, false);
  }

  /** Files that were included, by real path: twice is once. */
  readonly #read = new Set<string>();

  #say(file: string, { message, fix, line, column }: Fault): void {
    this.problems.push({
      severity: "error",
      code: "alias",
      message,
      file,
      line,
      column,
      ...(fix !== undefined && { fix }),
    });
  }
}
