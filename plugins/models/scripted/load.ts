import { readFileSync, statSync } from "node:fs";
import * as z from "zod/mini";
import { codeOf, messageOf, UserError } from "../../../schemas/errors.js";
import { turnsSchema } from "./schema.js";
import { scriptOf, type Script } from "./script.js";

const MAX_BYTES = 16 * 1024 * 1024;
const MAX_ALIASES = 100;

/** A parsed file, and where its parts stand. */
interface Parsed {
  readonly value: unknown;
  /** `line:column` of a part, or of what holds it. */
  at(path: readonly PropertyKey[]): string;
}

/**
 * Reads a script: JSONL when the file's name ends so, YAML (and so JSON) otherwise. Throws a UserError that names file,
 * line and column.
 */
export async function loadScript(path: string, name: string): Promise<Script> {
  const text = readText(path, name);
  const parsed = path.endsWith(".jsonl") ? parseLines(text, name) : await parseYaml(text, name);
  const outcome = z.safeParse(turnsSchema(), parsed.value);
  if (outcome.success) return scriptOf(outcome.data, name, (index) => `${name}:${parsed.at([index]).split(":")[0]}`);
  const issue = outcome.error.issues[0];
  const where = issue?.path ?? [];
  throw new UserError(`${name}:${parsed.at(where)}: ${describe(where)} ${issue?.message}`);
}

function readText(path: string, name: string): string {
  try {
    const facts = statSync(path);
    // Whatever waits for a writer would wait with deaf ears, and devices never end.
    if (!facts.isFile()) throw new UserError(`the script ${name} is no regular file`);
    if (facts.size > MAX_BYTES) throw new UserError(`script ${name} is larger than ${MAX_BYTES / 1024 / 1024} MB`);
    return readFileSync(path, "utf8").replace(/^\uFEFF/, "");
  } catch (error) {
    if (error instanceof UserError) throw error;
    const why = codeOf(error) === "ENOENT" ? "there is no such file" : messageOf(error);
    throw new UserError(`the script ${name} cannot be read: ${why}`);
  }
}

/** `turn 3: calls[1].name` for a path into the list of turns. */
function describe(path: readonly PropertyKey[]): string {
  const [index, ...rest] = path;
  if (index === undefined) return "the script";
  const inner = rest.map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`)).join("");
  return `turn ${Number(index) + 1}${inner && ": "}${inner.replace(/^\./, "")}`;
}

function parseLines(text: string, name: string): Parsed {
  const turns: unknown[] = [];
  const lines: number[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    try {
      turns.push(JSON.parse(line));
    } catch (error) {
      throw new UserError(
        `${name}:${index + 1}:${columnOf(error, line)}: this line is no JSON object: ${messageOf(error)}`,
      );
    }
    lines.push(index + 1);
  }
  return { value: turns, at: ([index]) => `${lines[Number(index ?? 0)] ?? 1}:1` };
}

/** The column of a JSON error: V8 names the position, or nothing when the text just ends. */
function columnOf(error: unknown, line: string): number {
  const position = /at position (\d+)/.exec(messageOf(error))?.[1];
  return position === undefined ? line.length + 1 : Number(position) + 1;
}

async function parseYaml(text: string, name: string): Promise<Parsed> {
  const { isNode, LineCounter, parseDocument } = await import("yaml");
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const place = (offset: number): string => {
    const { line, col } = lineCounter.linePos(offset);
    return `${line}:${col}`;
  };
  const broken = document.errors[0];
  if (broken) throw new UserError(`${name}:${place(broken.pos[0])}: ${broken.message}`);
  const offsetOf = (path: readonly PropertyKey[]): number => {
    for (let depth = path.length; depth > 0; depth -= 1) {
      const node = document.getIn(path.slice(0, depth), true);
      if (isNode(node) && node.range) return node.range[0];
    }
    return 0;
  };
  try {
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    return { value: value ?? [], at: (path) => place(offsetOf(path)) };
  } catch (error) {
    throw new UserError(`${name}:1:1: ${messageOf(error)}`);
  }
}
