import { mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { capabilityText } from "../capability.js";
import { permissionFlags } from "./permission-flags.js";

const bounds = {
  read: ["/nowhere/plugin"],
  write: ["/nowhere/data"],
  granted: [] as readonly string[],
  workspace: "/nowhere/work",
  userHome: "/nowhere/home",
};
const WALLS = ["--allow-fs-read=/nowhere/plugin", "--allow-fs-read=/nowhere/data", "--allow-fs-write=/nowhere/data"];

it.each([
  ["20.19.0", "--experimental-permission"],
  ["22.12.0", "--experimental-permission"],
  ["22.13.0", "--permission"],
  ["23.4.0", "--experimental-permission"],
  ["23.5.0", "--permission"],
  ["24.0.0", "--permission"],
  ["25.1.0", "--permission"],
])("of Node %s begin with %s and let in nothing but the folders", (version, first) => {
  expect(permissionFlags(version, bounds)).toEqual([first, ...WALLS]);
});

it("let in what was granted, and no word that is none", () => {
  const granted = ["read:workspace", "write:~/notes", "read:/opt/x", "exec", "workers", "addons", "network", "env:A"];
  const odd = ["read:relative", "read:/a*", "exec:all", "write:", "everything", "__proto__"];
  const flags = permissionFlags("25.0.0", { ...bounds, granted: [...granted, ...odd] });
  expect(flags).toEqual([
    "--permission",
    "--allow-fs-read=/nowhere/plugin",
    "--allow-fs-read=/nowhere/work",
    "--allow-fs-read=/opt/x",
    "--allow-fs-read=/nowhere/data",
    "--allow-fs-read=/nowhere/home/notes",
    "--allow-fs-write=/nowhere/data",
    "--allow-fs-write=/nowhere/home/notes",
    "--allow-child-process",
    "--allow-worker",
    "--allow-addons",
    "--allow-net",
  ]);
  expect(permissionFlags("24.9.0", { ...bounds, granted: ["network"] })).not.toContain("--allow-net");
});

it("name a folder by its link and by where it really is, and refuse one whose name would stand for others", () => {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "nacre-flags-")));
  try {
    symlinkSync(base, join(base, "link"));
    const flags = permissionFlags("24.0.0", { ...bounds, read: [join(base, "link")], write: [] });
    expect(flags).toEqual(["--permission", `--allow-fs-read=${join(base, "link")}`, `--allow-fs-read=${base}`]);
    expect(() => permissionFlags("24.0.0", { ...bounds, read: ["/a*"] })).toThrow(/cannot be walled in/);
  } finally {
    rmSync(base, { recursive: true });
  }
});

it.each([
  ["exec", "no wall holds"],
  ["workers", "only walls of the system hold"],
  ["addons", "only walls of the system hold"],
])("%s is granted with the word that %s it", (text, words) => {
  expect(capabilityText(text)).toMatch(new RegExp(`, which ${words} \\(${text}\\)$`));
});
