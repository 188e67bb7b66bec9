import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { PassThrough } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { main } from "../../core/main.js";

/** Unchanged files of public plugins, and what a correct loader finds in them; see README.md there. */
const CORPUS = resolve("test/fixtures/corpus");

interface PartExpected {
  readonly name: string;
  readonly file: string;
}

interface Expected {
  readonly name: string;
  readonly entry?: { readonly marketplace: string; readonly name: string };
  readonly ambiguous?: readonly string[];
  readonly optional?: Readonly<Record<string, readonly PartExpected[]>>;
  readonly issues?: readonly string[];
  readonly [kind: string]: unknown;
}

type Line = Readonly<Record<string, unknown>>;

const expected = JSON.parse(readFileSync(join(CORPUS, "expected.json"), "utf8")) as {
  readonly plugins: Readonly<Record<string, Expected>>;
  readonly marketplaces: Readonly<Record<string, Line>>;
  readonly loose: Readonly<Record<string, Line>>;
};

let base: string;
let lines: ReadonlyMap<unknown, Line>;

beforeAll(async () => {
  base = realpathSync(mkdtempSync(join(tmpdir(), "nacre-corpus-")));
  const plugins = Object.entries(expected.plugins).map(([id, { entry }]) => {
    const market = entry && join(CORPUS, id.split("/").slice(0, 2).join("/"), entry.marketplace);
    const through = market !== undefined && existsSync(market) && { marketplace: market, entry: entry!.name };
    return { id, dir: join(CORPUS, id), ...through };
  });
  const markets = Object.keys(expected.marketplaces).map((id) => ({ id, marketplace: join(CORPUS, id) }));
  const loose = Object.entries(expected.loose).map(([id, { kind }]) => ({ id, file: join(CORPUS, id), kind }));
  const batch = join(base, "batch.json");
  writeFileSync(batch, JSON.stringify([...plugins, ...markets, ...loose]));
  const out = await run(["plugin", "inspect", "--batch", batch]);
  lines = new Map(
    out
      .trim()
      .split("\n")
      .map((line) => [(JSON.parse(line) as Line)["id"], JSON.parse(line) as Line]),
  );
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

async function run(words: readonly string[]): Promise<string> {
  const stdout = new PassThrough();
  const chunks: Buffer[] = [];
  stdout.on("data", (chunk: Buffer) => void chunks.push(chunk));
  const io = { stdin: new PassThrough(), stdout, stderr: new PassThrough() };
  const env = { PATH: process.env["PATH"], HOME: base, NACRE_HOME: join(base, ".nacre") };
  expect(await main(["--cwd", base, ...words], { env, io, version: "1.2.3" })).toBe(0);
  return Buffer.concat(chunks).toString("utf8");
}

function sorted(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  const key = (item: unknown): string => (typeof item === "string" ? item : (item as PartExpected).file);
  return value.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

describe("nacre plugin inspect --batch", () => {
  it.each(Object.entries(expected.plugins))(
    "finds in %s what it holds",
    (id, { ambiguous = [], optional, issues, ...want }) => {
      const line = lines.get(id)!;
      expect(line["error"]).toBeUndefined();
      for (const [key, value] of Object.entries(want)) {
        if (key === "entry" || ambiguous.includes(key)) continue;
        const extra = new Set((optional?.[key] ?? []).map(({ file }) => file));
        const found = Array.isArray(line[key])
          ? line[key].filter((one: PartExpected) => !extra.has(one.file))
          : line[key];
        expect(sorted(found), key).toEqual(sorted(value));
      }
      if (issues)
        expect(line["issues"]).toEqual(expect.arrayContaining(issues.filter((one) => !UNREMARKABLE.has(one))));
    },
  );

  it.each(Object.entries(expected.marketplaces))("counts what %s offers", (id, want) => {
    expect(lines.get(id)).toEqual({ id, ...want });
  });

  it.each(Object.entries(expected.loose))("reads the front matter of %s", (id, want) => {
    expect(lines.get(id)).toEqual({ id, ...want });
  });
});

/** Documented forms that the corpus marks for loaders that know one form only. */
const UNREMARKABLE: ReadonlySet<string> = new Set(["lspServers-bare-map"]);
