import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Found, KernelView } from "../../../core/types.js";
import { findInstalled } from "./find-installed.js";
import { pathsOf } from "./paths.js";
import { bench, type Bench } from "./testing.js";
import { Verifier } from "./trust/verify.js";

let b: Bench;
beforeEach(() => void (b = bench()));
afterEach(() => b[Symbol.dispose]());

function record(name: string, more: object = {}): object {
  const dir = join(b.home, `plugins/cache/shop/${name}/1.0.0`);
  return { id: `${name}@shop`, name, version: "1.0.0", dir, holds: ["skill"], for: [{ scope: "user" }], ...more };
}

function find(plugins: readonly unknown[], origin: "user" | "project" = "user"): Promise<Found> {
  mkdirSync(join(b.home, "plugins"), { recursive: true });
  writeFileSync(join(b.home, "plugins/installed.json"), JSON.stringify({ version: 1, plugins }));
  const places = { origin, home: b.home, userHome: b.base, project: b.dir, cwd: b.dir, dirs: [] };
  return findInstalled(places, {
    kernel: { version: "1.2.3" } as KernelView,
    verifier: async () => new Verifier(pathsOf(b.home)),
  });
}

describe("The start of a run", () => {
  it("knows thousands of installed plugins by one file; none of their folders has to be there", async () => {
    const { plugins, problems } = await find(Array.from({ length: 3000 }, (_, at) => record(`p${at}`)));
    expect(plugins).toHaveLength(3000);
    expect(problems).toEqual([]);
    expect(plugins[7]).toMatchObject({ name: "p7", id: "p7@shop", origin: "installed", holds: ["skill"] });
  });

  it("leaves out one that wants another nacre, with a sentence, and what is no record", async () => {
    const { plugins, problems } = await find([
      record("new", { needs: ">=99" }),
      record("fine", { needs: "^1.2.0" }),
      7,
      { id: "x" },
    ]);
    expect(plugins.map(({ name }) => name)).toEqual(["fine"]);
    expect(problems).toEqual([
      'Plugin "new" needs nacre >=99, and this is 1.2.3: update nacre or take another version of the plugin.',
    ]);
  });

  it("finds those of a project in that project only, and names them by their kernel's names where others need them", async () => {
    const all = [
      record("ours", { for: [{ scope: "project", project: b.dir }], requires: ["base@shop"] }),
      record("theirs", { for: [{ scope: "local", project: "/elsewhere" }] }),
      record("base"),
    ];
    expect((await find(all)).plugins.map(({ name }) => name)).toEqual(["base"]);
    expect((await find(all, "project")).plugins).toMatchObject([{ name: "ours", requires: ["base"] }]);
  });

  it("says where a project's lock file names what is not here, without believing odd names in it", async () => {
    const locked = { version: "1.0.0", source: { kind: "npm", name: "x" }, hash: "sha256-1", capabilities: [] };
    writeFileSync(
      join(b.dir, "nacre.lock"),
      JSON.stringify({ plugins: { "a@shop": locked, "\u001b[2J@shop": locked } }),
    );
    const { problems } = await find([], "project");
    expect(problems).toEqual([expect.stringContaining("names plugins that are not installed here (a@shop)")]);
    writeFileSync(join(b.dir, "nacre.lock"), "{ broken");
    expect((await find([], "project")).problems).toEqual([expect.stringContaining("nacre.lock cannot be read")]);
  });
});
