import { readFile } from "node:fs/promises";
import { setFlagsFromString } from "node:v8";
import runtimeFile from "nacre:asset/web-tree-sitter/web-tree-sitter.wasm";
import languageFile from "nacre:asset/tree-sitter-bash/tree-sitter-bash.wasm";
import type { Parser, TreeCursor } from "web-tree-sitter";
import { messageOf } from "../../../../schemas/errors.js";

/** One node of a parsed line. Plain data, so that nothing of the parser has to be given back. */
export interface Node {
  readonly type: string;
  /** False for operators and keywords, whose type is their text. */
  readonly named: boolean;
  readonly start: number;
  readonly end: number;
  readonly field: string;
  /** It was not in the text: the parser put it in. */
  readonly missing: boolean;
  readonly children: readonly Node[];
}

/** Milliseconds one line may take, far above what any line of an ordinary length needs. */
const DEADLINE = 200;
const MAX_DEPTH = 200;
const MAX_NODES = 30_000;

let parser: Parser | undefined;
let problem: string | undefined;
let loading: Promise<string | undefined> | undefined;

/** Makes the grammar ready for `parse`. Never rejects: the answer is why it cannot be used, if it cannot. */
export function loadGrammar(): Promise<string | undefined> {
  return (loading ??= load().catch((error: unknown) => {
    problem = `the shell grammar cannot be loaded: ${messageOf(error)}`;
    return problem;
  }));
}

/**
 * Only V8's first compiler: the second one works on the grammar for seconds in other threads, and a line is read in a
 * tenth of a millisecond without it (docs/performance.md). Other modules are compiled as they always are.
 */
async function load(): Promise<undefined> {
  setFlagsFromString("--liftoff-only");
  try {
    await compile();
  } finally {
    setFlagsFromString("--no-liftoff-only");
  }
}

async function compile(): Promise<void> {
  const [runtime, language, { Language, Parser: Class }] = await Promise.all([
    readFile(runtimeFile),
    readFile(languageFile),
    import("web-tree-sitter"),
  ]);
  await Class.init({ wasmBinary: runtime.buffer.slice(runtime.byteOffset, runtime.byteOffset + runtime.length) });
  const made = new Class();
  made.setLanguage(await Language.load(language));
  parser = made;
}

/** The tree of a line by bash's grammar, or why there is none. Only after `loadGrammar`. */
export function parse(line: string): Node | string {
  if (!parser) return problem ?? "the shell grammar is not loaded";
  const latest = performance.now() + DEADLINE;
  parser.reset();
  const tree = parser.parse(line, null, { progressCallback: () => performance.now() > latest });
  if (!tree) return "it takes too long to read";
  const cursor = tree.walk();
  try {
    return copy(cursor, { left: MAX_NODES }, 0) ?? "it is nested too deeply or has too many parts";
  } finally {
    cursor.delete();
    tree.delete();
  }
}

function copy(cursor: TreeCursor, budget: { left: number }, depth: number): Node | undefined {
  if (depth > MAX_DEPTH || budget.left-- <= 0) return undefined;
  const children: Node[] = [];
  const { nodeType: type, nodeIsNamed: named, startIndex: start, endIndex: end, nodeIsMissing: missing } = cursor;
  const field = cursor.currentFieldName ?? "";
  if (cursor.gotoFirstChild()) {
    do {
      const child = copy(cursor, budget, depth + 1);
      if (!child) return undefined;
      children.push(child);
    } while (cursor.gotoNextSibling());
    cursor.gotoParent();
  }
  return { type, named, start, end, field, missing, children };
}
