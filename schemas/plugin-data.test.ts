import { expect, it } from "vitest";
import { pluginData } from "./plugin-data.js";

it("gives plugins whose names differ only in signs folders of their own", () => {
  const names = ["kit", "a-b", "a.b", "a@b", "a/b", "../b", "__proto__"];
  const folders = names.map((name) => pluginData("/home", name));
  expect(new Set(folders).size).toBe(names.length);
  expect(folders[0]).toBe("/home/plugin-data/kit");
  expect(folders.every((folder) => /^\/home\/plugin-data\/[\w-]+$/.test(folder))).toBe(true);
});
