import { describe, expect, it } from "vitest";
import { findingsText, mergeFindings, readFindings, sureEnough, type Finding } from "./findings.js";

function finding(facts: Partial<Finding> = {}): Finding {
  return { file: "a.ts", line: 1, endLine: 1, kind: "bug", confidence: 80, title: "t", sources: ["one"], ...facts };
}

const block = (value: unknown): string => `\`\`\`findings\n${JSON.stringify(value)}\n\`\`\``;

describe("the findings of a report", () => {
  it("are taken out of their block, with lines as numbers or as a range", () => {
    const text = `Two things.\n${block([
      { file: "./src/a.ts", line: 3, endLine: 9, kind: "Bug", confidence: 90, title: "Off by one", detail: "x" },
      { file: "b.ts", lines: "4-6", confidence: "75", title: "Odd name", kind: "quality" },
    ])}\nThat is all.`;
    const report = readFindings(text, "r1")!;
    expect(report.words).toBe("Two things.\n\nThat is all.");
    expect(report.findings).toEqual([
      finding({
        file: "src/a.ts",
        line: 3,
        endLine: 9,
        confidence: 90,
        title: "Off by one",
        detail: "x",
        sources: ["r1"],
      }),
      finding({
        file: "b.ts",
        line: 4,
        endLine: 6,
        kind: "quality",
        confidence: 75,
        title: "Odd name",
        sources: ["r1"],
      }),
    ]);
  });

  it("are none where there is no block, and an empty list is a report of nothing found", () => {
    expect(readFindings("All is well.", "r")).toBeUndefined();
    expect(readFindings(block([]), "r")).toEqual({ words: "", findings: [], problems: [] });
  });

  it.each([
    ["{}", "The findings of r are no JSON list; they are left as they are."],
    ["[{", "The findings of r are no JSON list; they are left as they are."],
  ])("that are %s stay in the text, and somebody is told", (json, problem) => {
    const text = `\`\`\`findings\n${json}\n\`\`\``;
    expect(readFindings(text, "r")).toEqual({ words: text, findings: [], problems: [problem] });
  });

  it("without file, title or confidence are left out one by one", () => {
    const report = readFindings(
      block([{ file: "a.ts", title: "t" }, 3, { file: "a.ts", title: "t", confidence: 500 }]),
      "r",
    )!;
    expect(report.problems).toHaveLength(2);
    expect(report.findings[0]!.confidence).toBe(100);
  });
});

describe("merging", () => {
  it("makes one of those on overlapping lines with the same kind: highest confidence, its words, all sources", () => {
    const merged = mergeFindings([
      finding({ line: 10, endLine: 20, confidence: 60, title: "weak", sources: ["one"] }),
      finding({ line: 18, endLine: 30, confidence: 90, title: "strong", sources: ["two"] }),
      finding({ line: 29, confidence: 50, endLine: 29, title: "third", sources: ["one", "three"] }),
    ]);
    const sources = ["one", "two", "three"];
    expect(merged).toEqual([finding({ line: 10, endLine: 30, confidence: 90, title: "strong", sources })]);
  });

  it.each([
    ["lines that do not meet", { line: 5, endLine: 9 }, { line: 10, endLine: 12 }],
    ["another kind", { kind: "bug" }, { kind: "quality" }],
    ["another file", { file: "a.ts" }, { file: "b.ts" }],
  ])("leaves %s apart", (_, one, other) => {
    expect(mergeFindings([finding(one), finding(other)])).toHaveLength(2);
  });

  it("does not depend on the order, and puts the surest first", () => {
    const all = [finding({ confidence: 30 }), finding({ file: "b.ts", confidence: 95 }), finding({ confidence: 85 })];
    expect(mergeFindings(all).map(({ confidence }) => confidence)).toEqual([95, 85]);
    expect(mergeFindings(all.toReversed())).toMatchObject([{ confidence: 95 }, { confidence: 85 }]);
  });
});

describe("what is shown", () => {
  const all = [finding({ confidence: 100, line: 4, endLine: 6, detail: "one\ntwo" }), finding({ confidence: 79 })];

  it("is what has a confidence of 80 or more, unless asked for otherwise", () => {
    expect(sureEnough(all)).toEqual({ shown: [all[0]], hidden: 1 });
    expect(sureEnough(all, 79).hidden).toBe(0);
  });

  it("says how much is hidden, and when there is nothing", () => {
    expect(findingsText(all)).toBe(
      "- [100] bug a.ts:4-6: t (one)\n  one\n  two\n1 with a confidence below 80 is not shown.",
    );
    expect(findingsText([])).toBe("No finding has a confidence of 80 or more.");
  });
});
