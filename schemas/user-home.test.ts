import { homedir } from "node:os";
import { expect, it } from "vitest";
import { userHome } from "./user-home.js";

it.each([
  ["/home/me", "/home/me"],
  ["", homedir()],
  [undefined, homedir()],
])("takes HOME=%j for %s", (HOME, expected) => {
  expect(userHome({ HOME })).toBe(expected);
});
