import { expect, it } from "vitest";
import { isAnswer } from "./exit-meaning.js";

it.each([
  ["grep x file", true],
  ["/usr/bin/grep x", true],
  ["rg 'a|b' src", true],
  ['cat "a;b" | egrep "x && y"', true],
  ["cd src && grep foo x 2>&1", true],
  ["LC_ALL=C command grep x", true],
  ["diff a b\n", true],
  ["test -f x;", true],
  ["[ -f x ] &", true],
  ["git diff --exit-code", true],
  ["git -C sub --no-pager grep x", true],
  ["git commit -m 'grep'", false],
  ["grep x f | wc", false],
  ["grep x; make", false],
  ["make # grep", false],
  ["grepx", false],
  ["", false],
])("knows whether exit code 1 is an answer of %j", (command, expected) => {
  expect(isAnswer(command, 1)).toBe(expected);
  expect(isAnswer(command, 2)).toBe(false);
});
