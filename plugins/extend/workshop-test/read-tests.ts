import { readdirSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";
import { messageOf, UserError } from "../../../schemas/errors.js";
import { patternOf } from "../../../schemas/text-pattern.js";
import { readText } from "../read-text.js";
import type { PlacedTest, TestCase } from "./test-case.js";

const MOST_FILES = 1000;
const maybe = z.optional;

/** The tests of a plugin, in the order of their files. Throws a UserError with file, line and column. */
export async function readTests(dir: string): Promise<readonly PlacedTest[]> {
  const tests: PlacedTest[] = [];
  for (const name of testFiles(join(dir, "tests"))) tests.push(...(await readFile(join(dir, "tests", name))));
  return tests;
}

function testFiles(folder: string): readonly string[] {
  try {
    const names = readdirSync(folder).filter((name) => /\.test\.ya?ml$/.test(name));
    return names.toSorted().slice(0, MOST_FILES);
  } catch {
    return [];
  }
}

async function readFile(file: string): Promise<readonly PlacedTest[]> {
  const text = readText(file);
  if (typeof text !== "string") throw new UserError(text.message);
  const { LineCounter, parseDocument } = await import("yaml");
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const placeAt = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const [fault] = document.errors;
  if (fault) throw new UserError(`${placeAt(fault.pos[0])}: ${fault.message}`);
  const value = plain(() => document.toJS({ maxAliasCount: 100 }) as unknown, file);
  const list = Array.isArray(value) ? value : [value];
  const offsetOf = (path: readonly PropertyKey[]): number => {
    for (let keys = [...path]; ; keys = keys.slice(0, -1)) {
      const node = document.getIn(keys, true) as { readonly range?: readonly [number] } | undefined;
      if (node?.range) return node.range[0];
      if (keys.length === 0) return 0;
    }
  };
  const outcome = z.safeParse(schema(), list);
  if (outcome.success) {
    return outcome.data.map((test, at) => {
      const offset = offsetOf(Array.isArray(value) ? [at] : []);
      return { ...test, file, line: lines.linePos(offset).line };
    });
  }
  const { issues } = outcome.error;
  const issue = issues.find(({ code }) => code === "unrecognized_keys") ?? issues[0]!;
  const inner = issue.path.slice(1);
  const path = Array.isArray(value) ? issue.path : inner;
  const what = inner.length > 0 ? `${inner.map(String).join(".")} ` : "the test ";
  throw new UserError(`${placeAt(offsetOf(path))}: ${what}${issue.message}`);
}

function plain(read: () => unknown, file: string): unknown {
  try {
    return read();
  } catch (error) {
    throw new UserError(`${file}: ${messageOf(error)}.`);
  }
}

type Schema = z.ZodMiniType;

function wanted(): Schema {
  const one = z.string("must be a text or a /regex/").check((found) => {
    try {
      patternOf(found.value);
    } catch (error) {
      const message = `is no regular expression: ${messageOf(error)}`;
      found.issues.push({ code: "custom", message, input: found.value });
    }
  });
  return z.union([one, z.array(one)], "must be a text, a /regex/ or a list of them");
}

function object(shape: Record<string, Schema>, says: string): Schema {
  const known = Object.keys(shape).join(", ");
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys" ? `has an unknown key "${issue.keys[0]}" (known: ${known})` : says,
  });
}

function schema(): z.ZodMiniType<readonly TestCase[]> {
  const text = z.string("must be a text");
  const texts = z.union([text, z.array(text)], "must be a text or a list of texts");
  const call = object(
    {
      name: text,
      input: maybe(z.record(z.string(), z.unknown(), "must be an object")),
      decision: maybe(z.enum(["allow", "deny"], "must be allow or deny")),
      reason: maybe(wanted()),
      result: maybe(wanted()),
      error: maybe(z.boolean("must be true or false")),
    },
    "must be an object with the name of a tool",
  );
  const file = z.union([wanted(), z.literal(false)], "must be a text, a /regex/, a list of them, or false");
  const expect = object(
    {
      exit: maybe(z.int("must be a whole number")),
      answer: maybe(wanted()),
      calls: maybe(z.array(call, "must be a list of calls")),
      no_calls: maybe(z.array(text, "must be a list of tool names")),
      context: maybe(wanted()),
      no_context: maybe(wanted()),
      notice: maybe(wanted()),
      files: maybe(z.record(z.string(), file, "must be an object: patterns by path")),
    },
    "must be an object",
  );
  const test = object(
    {
      test: text,
      prompt: texts,
      files: maybe(z.record(z.string(), text, "must be an object: texts by path")),
      setup: maybe(text),
      settings: maybe(z.record(z.string(), z.unknown(), "must be an object")),
      mode: maybe(text),
      args: maybe(z.array(text, "must be a list of texts")),
      model: maybe(z.array(z.unknown(), "must be a list of turns")),
      replay: maybe(text),
      expect: maybe(expect),
    },
    "must be an object with test, prompt and expect",
  );
  return z.array(test) as unknown as z.ZodMiniType<readonly TestCase[]>;
}
