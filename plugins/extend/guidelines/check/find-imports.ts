import { posix } from "node:path";
import type { Hit } from "./rule.js";
import type { Source } from "./source.js";

/** A module that a file names to get something from it. */
export interface Imported extends Hit {
  /** As written. */
  readonly module: string;
  /** Below the root, where it is written relative to the file. */
  readonly path?: string;
  /** What it takes from it, as far as it is listed. */
  readonly names: readonly string[];
}

type Pattern = readonly [pattern: RegExp, module: number, names?: number];

const SCRIPT: readonly Pattern[] = [
  [/^[ \t]*(?:import|export)\b([^"'`;=()]{0,2000}?)\bfrom\s*["']([^"'\n]+)["']/gm, 2, 1],
  [/^[ \t]*import\s*["']([^"'\n]+)["']/gm, 1],
  [/\b(?:require|import)\s*\(\s*["']([^"'\n]+)["']/g, 1],
];
const PATTERNS: Readonly<Record<string, readonly Pattern[]>> = {
  typescript: SCRIPT,
  javascript: SCRIPT,
  html: SCRIPT,
  python: [
    [/^[ \t]*from[ \t]+([\w.]+)[ \t]+import[ \t]+([^\n#]+)/gm, 1, 2],
    [/^[ \t]*import[ \t]+([\w.]+)/gm, 1],
  ],
  go: [[/^[ \t]*(?:import[ \t]+)?(?:[\w.]+[ \t]+)?"([\w./~-]+)"[ \t]*$/gm, 1]],
  rust: [[/^[ \t]*(?:pub[ \t]+)?(?:use|extern[ \t]+crate)[ \t]+([\w:]+)/gm, 1]],
  java: [[/^[ \t]*import[ \t]+(?:static[ \t]+)?([\w.*]+)/gm, 1]],
  kotlin: [[/^[ \t]*import[ \t]+([\w.*]+)/gm, 1]],
  "c#": [[/^[ \t]*(?:global[ \t]+)?using[ \t]+([\w.]+)[ \t]*;/gm, 1]],
  c: [[/^[ \t]*#[ \t]*include[ \t]*[<"]([^>"\n]+)/gm, 1]],
  php: [[/^[ \t]*use[ \t]+([\w\\]+)/gm, 1]],
  ruby: [[/^[ \t]*require(?:_relative)?[ \t]+["']([^"'\n]+)/gm, 1]],
};

/** What a file imports, comments left out; for a package.json, what it depends on. */
export function importsOf(source: Source): readonly Imported[] {
  const known = read.get(source) ?? readImports(source);
  read.set(source, known);
  return known;
}

const read = new WeakMap<Source, readonly Imported[]>();

function readImports(source: Source): readonly Imported[] {
  const { path, text, language } = source;
  if (/(?:^|\/)package\.json$/.test(path)) return dependenciesOf(text);
  const found: Imported[] = [];
  const comments = source.region("comments");
  for (const [pattern, moduleAt, namesAt] of PATTERNS[language?.name ?? ""] ?? []) {
    for (const match of text.matchAll(pattern)) {
      const module = match[moduleAt]!;
      const at = match.index + match[0].lastIndexOf(module);
      if (/\S/.test(comments[at] ?? "")) continue;
      const names = namesAt === undefined ? [] : (match[namesAt]!.match(/[\w$*]+/g) ?? []);
      const relative = /^\.{1,2}(?:\/|$)/.test(module);
      const way = relative ? posix.join(posix.dirname(path), module) : undefined;
      found.push({ module, names, ...placeAt(text, at), ...(way !== undefined && { path: way }) });
    }
  }
  return found;
}

function dependenciesOf(text: string): readonly Imported[] {
  const found: Imported[] = [];
  for (const block of text.matchAll(/"(?:dev|peer|optional)?[dD]ependencies"\s*:\s*\{([^}]*)\}/g)) {
    const from = block.index + block[0].indexOf("{");
    for (const entry of block[1]!.matchAll(/"([^"]+)"\s*:/g)) {
      found.push({ module: entry[1]!, names: [], ...placeAt(text, from + 2 + entry.index) });
    }
  }
  return found;
}

function placeAt(text: string, at: number): Hit {
  const before = text.slice(0, at);
  return { line: before.split("\n").length, column: at - before.lastIndexOf("\n") };
}
