import { expect, it } from "vitest";
import { pluginData } from "./plugin-data.js";

it("gives plugins whose names differ only in signs folders of their own", () => {
  const names = ["kit", "a-b", "a.b", "a@b", "a/b", "../b", "__proto__"];
  const folders = names.map((name) => pluginData("/home", { name }));
  expect(new Set(folders).size).toBe(names.length);
  expect(folders[0]).toBe("/home/plugin-data/kit");
  const ofProjects = ["/a", "/b"].map((dir) => pluginData("/home", { name: "kit", dir, origin: "project" }));
  expect(new Set([...folders, ...ofProjects]).size).toBe(names.length + 2);
  expect(pluginData("/home", { name: "kit", dir: "/c", origin: "installed" })).toBe(folders[0]);
  expect(folders.every((folder) => /^\/home\/plugin-data\/[\w-]+$/.test(folder))).toBe(true);
});
