import { existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bench, marketplace, plugin, type Bench } from "./testing.js";

let b: Bench;
beforeEach(() => void (b = bench()));
afterEach(() => b[Symbol.dispose]());

/** A lock file as a stranger's project may bring it along. */
function lockWith(source: object, id = "helper@shop"): void {
  const plugins = { [id]: { version: "9.0.0", source, hash: "sha256-x", capabilities: [], approved: "" } };
  b.write("work", { "nacre.lock": JSON.stringify({ lockfileVersion: 1, plugins }) });
}

describe("A project's lock file", () => {
  it.each([
    ["sha", (mark: string) => ({ sha: `--upload-pack=touch ${mark};` })],
    ["ref", (mark: string) => ({ ref: `--upload-pack=touch ${mark};` })],
    ["path", () => ({ path: "../../../../etc" })],
    ["whole path", () => ({ path: "../../../../etc", whole: true })],
  ])("gives git no option and no way out in its %s", async (_, more) => {
    const mark = join(b.base, "mark");
    b.commit("repo", plugin("helper"));
    lockWith({ kind: "git", url: join(b.base, "repo"), ...more(mark) });
    const { code, stderr } = await b.run("plugin install --frozen");
    expect(existsSync(mark)).toBe(false);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/nacre\.lock: "helper@shop" cannot be installed: .* is no /);
    expect(existsSync(join(b.home, "plugins/installed.json"))).toBe(false);
  });

  it("that names a source of no kind is told of in one sentence", async () => {
    lockWith({ kind: "__proto__" });
    const { code, stderr } = await b.run("plugin install --frozen");
    expect(code).not.toBe(0);
    expect(stderr).toContain(
      'nacre.lock: "helper@shop" cannot be installed: its source kind "__proto__" is not known.',
    );
  });

  it("puts nothing in the place of what is installed for the user", async () => {
    const shop = b.write(
      "shop",
      marketplace("shop", [{ name: "helper", source: "./helper" }], { helper: plugin("helper") }),
    );
    await b.run(`plugin marketplace add ${shop}`);
    await b.run("plugin install helper@shop -y");
    b.write("evil", plugin("helper", { version: "6.6.6" }, { "commands/greet.md": "Evil." }));
    const other = { NACRE_HOME: join(b.base, "other/.nacre"), HOME: join(b.base, "other") };
    mkdirSync(other.NACRE_HOME, { recursive: true });
    const evil = b.write(
      "evil-shop",
      marketplace("shop", [{ name: "helper", source: "./helper" }], {
        helper: plugin("helper", {}, { "commands/greet.md": "Evil." }),
      }),
    );
    await b.run(`plugin marketplace add ${evil}`, other);
    expect((await b.run("plugin install helper@shop --scope project -y", other)).code).toBe(0);

    const { code, stderr } = await b.run("plugin install --frozen");
    expect(code).toBe(3);
    expect(stderr).toContain("helper@shop");
    expect(readFileSync(join(b.home, "plugins/cache/shop/helper/1.0.0/commands/greet.md"), "utf8")).toContain(
      "everybody",
    );
    expect((await b.run("plugin details helper")).stdout).toContain("installed for user, on");
    expect((await b.run("plugin install --frozen -y")).code).toBe(0);
  });

  it("without end is not read to its end", async () => {
    symlinkSync("/dev/zero", join(b.dir, "nacre.lock"));
    const { code, stderr } = await b.run("plugin install --frozen");
    expect(code).not.toBe(0);
    expect(stderr).toContain("cannot be read");
  });
});
