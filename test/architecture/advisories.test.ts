import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { filesBelow, ROOT } from "./sources.js";

interface Row {
  readonly number: number;
  readonly applies: boolean;
}

const page = readFileSync(join(ROOT, "docs/security.md"), "utf8");
const rows = page.split("\n").flatMap((line): readonly Row[] => {
  const cells = /^\| (\d+) +\|[^|]+\|([^|]+)\|$/.exec(line);
  return cells ? [{ number: Number(cells[1]), applies: !cells[2]!.includes("does not apply") }] : [];
});

const tested = new Set(
  filesBelow(["core", "hooks", "schemas", "plugins", "test"], (path) => path.endsWith(".ts")).flatMap((path) => {
    const titles = readFileSync(join(ROOT, path), "utf8").matchAll(/\(advisor(?:y|ies) ([\d, ]+)\)/g);
    return [...titles].flatMap(([, numbers]) => numbers!.split(",").map(Number));
  }),
);

it("lists every published hole once, in order", () => {
  expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: 77 }, (_, place) => place + 1));
});

it.each(rows.filter(({ applies }) => applies))("has a test for advisory $number", ({ number }) => {
  expect(tested).toContain(number);
});
