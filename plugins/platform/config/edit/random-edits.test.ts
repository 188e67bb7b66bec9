import fc from "../../../../test/check.js";
import { describe, expect, it } from "vitest";
import { parse as parseJson } from "jsonc-parser";
import { parse as parseToml } from "smol-toml";
import { parse as parseYaml } from "yaml";
import { setIn, unsetIn, valueIn } from "./edit-settings.js";
import { isTable, toJson, toToml, toYaml, type Tree } from "./samples.js";

const KEYS = ["a", "b", "c", "d e", "f.g", "1"] as const;
const key = fc.constantFrom(...KEYS);
const scalar = fc.oneof(
  fc.string(),
  fc.boolean(),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom("on", "#", "- a", "a: b", "'", '"', "\n", "é", " ", "0x1", "1_0", "~", "2020-01-01", "💥"),
);
const list = fc.array(fc.oneof(scalar, fc.array(fc.integer(), { maxLength: 2 })), { maxLength: 4 });
const value = fc.oneof({ weight: 3, arbitrary: scalar }, list, fc.dictionary(key, scalar, { maxKeys: 3 }));
const tree = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.dictionary(key, fc.oneof({ maxDepth: 3 }, value, tie("tree")), { maxKeys: 4 }) as fc.Arbitrary<Tree>,
})).tree;
const path = fc.array(key, { minLength: 1, maxLength: 4 });
const step = fc.record({ path, value: fc.option(value, { nil: undefined }) });

function changed(root: unknown, [first, ...rest]: readonly string[], wanted: unknown): unknown {
  if (first === undefined) return wanted;
  const copy: Tree = isTable(root) ? { ...root } : {};
  const inner = changed(copy[first], rest, wanted);
  if (inner === undefined) delete copy[first];
  else copy[first] = inner;
  return copy;
}

/** Tables that hold nothing mean the same as none. */
function dense(item: unknown): unknown {
  if (!isTable(item)) return item;
  const entries = Object.entries(item).map(([k, v]) => [k, dense(v)] as const);
  return Object.fromEntries(entries.filter(([, v]) => !(v === null || (isTable(v) && Object.keys(v).length === 0))));
}

const plain = (item: unknown): Tree => dense(JSON.parse(JSON.stringify(item ?? {}))) as Tree;

/** Length of what two texts share at both ends. */
function shared(a: string, b: string): number {
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  return start + end;
}

describe.each([
  { file: "a.toml", write: toToml, read: parseToml as (text: string) => unknown },
  { file: "a.jsonc", write: toJson, read: (text: string) => parseJson(text) as unknown },
  { file: "a.yaml", write: toYaml, read: (text: string) => parseYaml(text, { schema: "core" }) as unknown },
])("Random edits of $file", ({ file, write, read }) => {
  const runs = { numRuns: Number(process.env["NACRE_TEST_RUNS"] ?? 150) };
  const source = fc.tuple(tree, fc.array(fc.nat(), { minLength: 40, maxLength: 40 })).map(([model, choices]) => {
    let next = 0;
    return write(model, (most) => (choices[next++ % choices.length] ?? 0) % most);
  });

  it("mean what they should, whatever is set or taken out", () => {
    fc.assert(
      fc.property(source, fc.array(step, { minLength: 1, maxLength: 5 }), (start, steps) => {
        let text = start;
        for (const { path, value: wanted } of steps) {
          const model = plain(read(text));
          const owner = path
            .slice(0, -1)
            .map((_, depth) =>
              path.slice(0, depth + 1).reduce<unknown>((at, k) => (isTable(at) ? at[k] : undefined), model),
            );
          if (owner.some((one) => one !== undefined && !isTable(one))) continue;
          const place = { file, text };
          const edited = wanted === undefined ? unsetIn(place, path) : setIn(place, path, wanted);
          expect(plain(read(edited))).toEqual(plain(changed(model, path, wanted)));
          text = edited;
        }
      }),
      runs,
    );
  });

  it("that replace a single value change no other byte", () => {
    fc.assert(
      fc.property(source, scalar, fc.nat(), (text, wanted, which) => {
        const paths = [...leaves(plain(read(text)))];
        const path = paths[which % Math.max(1, paths.length)];
        if (!path) return;
        const edited = setIn({ file, text }, path, wanted);
        // Cutting the values out of both texts leaves the same text.
        const back = setIn({ file, text: edited }, path, `\u0001mark`);
        const from = setIn({ file, text }, path, `\u0001mark`);
        expect(back).toBe(from);
        expect(shared(text, edited) + longest(valueIn({ file, text }, path))).toBeGreaterThanOrEqual(text.length);
      }),
      runs,
    );
  });

  it("that take a value out add nothing", () => {
    fc.assert(
      fc.property(source, fc.nat(), (text, which) => {
        const paths = [...leaves(plain(read(text)))];
        const path = paths[which % Math.max(1, paths.length)];
        if (path) expect(isWithin(unsetIn({ file, text }, path), text)).toBe(true);
      }),
      runs,
    );
  });

  it("that add a key keep the whole old text, in order", () => {
    fc.assert(
      fc.property(source, path, scalar, (text, at, wanted) => {
        const path = ["new", ...at];
        const edited = setIn({ file, text }, path, wanted);
        expect(isWithin(text, edited)).toBe(true);
        const back = plain(read(unsetIn({ file, text: edited }, ["new"])));
        expect(back).toEqual(plain(read(text)));
      }),
      runs,
    );
  });
});

/** Whether one text, space aside, is another with parts left out. */
function isWithin(part: string, whole: string): boolean {
  const wanted = part.replace(/\s/g, "");
  let place = 0;
  for (const unit of whole.split("")) if (unit === wanted[place]) place++;
  return place === wanted.length;
}

function* leaves(item: unknown, at: readonly string[] = []): Generator<readonly string[]> {
  if (!isTable(item)) yield at;
  else for (const [k, v] of Object.entries(item)) yield* leaves(v, [...at, k]);
}

/** The longest a value can be as it is written in these texts, comments between the items of a list included. */
function longest(item: unknown): number {
  return Array.isArray(item)
    ? 40 + item.reduce<number>((sum, one) => sum + longest(one) + 30, 0)
    : JSON.stringify(item).length * 2 + 30;
}
