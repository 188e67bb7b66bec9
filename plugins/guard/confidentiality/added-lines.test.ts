import { expect, it } from "vitest";
import { addedLines } from "./added-lines.js";

const read = (...lines: readonly string[]): readonly (readonly [string, string])[] =>
  addedLines("the change of", { text: lines.join("\n"), partial: false }).map(({ place, text }) => [place, text]);

it("gives what a change adds at the lines it comes to stand at, with the name of the file", () => {
  const diff = ["diff --git a.txt a.txt", "--- a.txt", "+++ a.txt", "@@ -1,0 +3,2 @@", "+one", "-old", "+two"];
  expect(read(...diff)).toEqual([
    ["the name of a.txt", "a.txt"],
    ["the change of a.txt", "\n\none\ntwo\n"],
  ]);
});

it.each([
  ["a file that goes", ["diff --git a.txt a.txt", "deleted file mode 100644", "index 1..0"]],
  ["the lines of one", ["diff --git a.txt a.txt", "--- a.txt", "+++ /dev/null", "@@ -1 +0,0 @@", "-one"]],
  ["nothing", [""]],
])("finds nothing added by %s", (_, diff) => {
  expect(read(...diff)).toEqual([]);
});

it.each([
  ["an empty file", ["diff --git b.txt b.txt", "new file mode 100644"], "b.txt"],
  ["a rename", ["diff --git a.txt b.txt", "rename from a.txt", "rename to b.txt"], "b.txt"],
])("gives the name that comes with %s", (_, diff, name) => {
  expect(read(...diff)[0]).toEqual([`the name of ${name}`, name]);
});

it("takes what stands in a file for its text, whatever it looks like", () => {
  const diff = ["diff --git a a", "+++ a", "@@ -0,0 +1,2 @@", "+++ b.txt", "+deleted file mode 100644"];
  expect(read(...diff)).toEqual([
    ["the name of a", "a"],
    ["the change of a", "++ b.txt\ndeleted file mode 100644\n"],
  ]);
});

it("says where there is more than was read", () => {
  const [, , last] = addedLines("the change of", { text: "diff --git a a\n+++ a\n@@ -0,0 +1 @@\n+x", partial: true });
  expect(last).toEqual({ place: "the change of in all", text: "", inInput: false, partial: true });
});
