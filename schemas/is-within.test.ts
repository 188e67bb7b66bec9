import { expect, it } from "vitest";
import { isWithin } from "./is-within.js";

it.each([
  ["/a", "/a", true],
  ["/a", "/a/b", true],
  ["/a/", "/a/b", true],
  ["/", "/a", true],
  ["/a", "/ab", false],
  ["/a/b", "/a", false],
])("tells of %s whether %s lies in it: %s", (folder, path, expected) => {
  expect(isWithin(folder, path)).toBe(expected);
});
