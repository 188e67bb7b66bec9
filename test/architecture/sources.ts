import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, posix, relative, sep } from "node:path";
import { parseAst } from "rolldown/parseAst";

export const ROOT: string = dirname(dirname(import.meta.dirname));

/** Text to compare with, not code. */
const REVIEWED = "public-surface.d.ts";

/** A node of a syntax tree, as far as these tests look at it. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

/** A TypeScript file of the repository. Paths are relative to its root, with slashes. */
export interface Source {
  readonly path: string;
  readonly text: string;
  readonly tree: Node;
  /** Specifiers of all imports and exports-from, types and `import()` included. */
  readonly imports: readonly string[];
}

/** Paths below folders whose name fits, sorted. */
export function filesBelow(folders: readonly string[], fits: (path: string) => boolean): string[] {
  const paths = folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).split(sep).join("/")),
  );
  return paths.filter((path) => !path.includes("node_modules/") && fits(path)).toSorted();
}

/** All TypeScript files below folders, parsed. */
export function sources(...folders: readonly string[]): Source[] {
  const isTypeScript = (path: string): boolean => /\.m?ts$/.test(path) && !path.endsWith(REVIEWED);
  return filesBelow(folders, isTypeScript).map((path) => source(path, readFileSync(join(ROOT, path), "utf8")));
}

/** One file, parsed. */
export function source(path: string, text: string): Source {
  const lang = /\.d\.m?ts$/.test(path) ? "dts" : "ts";
  const tree = parseAst(text, { lang }) as unknown as Node;
  const imports: string[] = [];
  for (const node of nodesOf(tree)) {
    const from = node["source"] as Node | null | undefined;
    if (/^(Import|Export|TSImport)/.test(node.type) && typeof from?.["value"] === "string") imports.push(from["value"]);
  }
  return { path, text, tree, imports };
}

/** A node and everything below it. */
export function* nodesOf(node: Node): Generator<Node> {
  yield node;
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? (value as unknown[]) : [value]) if (isNode(child)) yield* nodesOf(child);
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && typeof (value as Partial<Node>).type === "string";
}

/** The files of the repository that a file imports. */
export function importedBy({ path, imports }: Source): string[] {
  return imports
    .filter((specifier) => specifier.startsWith("."))
    .map((specifier) => posix.join(posix.dirname(path), specifier))
    .map((to) => (to.endsWith(".mjs") ? to.replace(/mjs$/, "d.mts") : to.replace(/js$/, "ts")));
}

export function isTest(path: string): boolean {
  return path.endsWith(".test.ts");
}

/** `file:line` of a node, for a failure that can be clicked. */
export function placeOf({ path, text }: Source, { start }: Node): string {
  return `${path}:${text.slice(0, start).split("\n").length}`;
}

/** Lines as an editor counts them. */
export function linesOf(text: string): number {
  return text.replace(/\n$/, "").split("\n").length;
}
