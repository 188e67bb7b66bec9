import { describe, expect, it } from "vitest";
import { builtins } from "nacre:builtins";
import { isForTests, sources, type Source } from "./imports.js";

const LAYERS = ["schemas", "hooks", "core", "plugins"];
const all = sources(...LAYERS);
const house = all.filter((source) => !isForTests(source.path) && !source.path.endsWith(".d.ts"));
const layerOf = (path: string): number => LAYERS.indexOf(path.split("/")[0] ?? "");
/** `plugins/group/name`, or undefined for a module that a group shares. */
const pluginOf = (path: string): string | undefined => /^plugins\/[^/]+\/[^/]+(?=\/)/.exec(path)?.[0];
const groupOf = (path: string): string | undefined => /^plugins\/[^/]+/.exec(path)?.[0];

describe("the house", () => {
  it("imports one way only: schemas, hooks, core, plugins", () => {
    const wrong = house.flatMap(({ path, imports }) =>
      imports.filter((to) => layerOf(to) < 0 || layerOf(to) > layerOf(path)).map((to) => `${path} -> ${to}`),
    );
    expect(wrong).toEqual([]);
  });

  it("lets no plugin import another plugin or another group", () => {
    const wrong = house.flatMap(({ path, imports }) =>
      imports
        .filter((to) => to.startsWith("plugins/") && groupOf(path) !== undefined)
        .filter((to) => groupOf(to) !== groupOf(path) || (pluginOf(to) ?? pluginOf(path)) !== pluginOf(path))
        .map((to) => `${path} -> ${to}`),
    );
    expect(wrong).toEqual([]);
  });

  it("has no import cycle, types counted", () => {
    expect(cycles(house)).toEqual([]);
  });

  it("keeps core under 1,500 lines and every file under 300", () => {
    const lines = (source: Source): number => source.text.split("\n").length - 1;
    const core = house.filter((source) => source.path.startsWith("core/"));
    expect(core.reduce((sum, source) => sum + lines(source), 0)).toBeLessThan(1500);
    expect(house.filter((source) => lines(source) > 300).map((source) => source.path)).toEqual([]);
  });

  it("has no any and no suppression in core, hooks and schemas", () => {
    const wrong = /(: any\b|as any\b|<any>|@ts-ignore|@ts-expect-error|eslint-disable|oxlint-disable)/;
    expect(house.filter(({ path, text }) => layerOf(path) < 3 && wrong.test(text)).map(({ path }) => path)).toEqual([]);
  });

  it("names no plugin in core", () => {
    // The one word that is both a plugin and something the executable understands by itself is --help; the trust of a
    // folder is asked of a service, by the service's name.
    // The effects of calls have names of their own.
    const words = new Set(["help", "trust", "read", "write"]);
    const names = builtins.map((plugin) => plugin.name).filter((name) => !words.has(name));
    const hits = house
      .filter((source) => source.path.startsWith("core/"))
      .flatMap(({ path, text }) =>
        names.filter((name) => text.includes(`"${name}"`)).map((name) => `${path}: ${name}`),
      );
    expect(hits).toEqual([]);
  });

  it("gives a plugin a handle of at most ten members", () => {
    const types = house.find((source) => source.path === "core/types.ts")?.text ?? "";
    const body = /export interface PluginContext[^{]*\{([\s\S]*?)\n\}/.exec(types)?.[1] ?? "";
    const own = [...body.matchAll(/^ {2}(?:readonly )?(\w+)[<(:]/gm)].length;
    expect(own + 2).toBeLessThanOrEqual(10); // `get` and `all` come from Reader.
    expect(own).toBeGreaterThan(5);
  });
});

function cycles(graph: readonly Source[]): string[] {
  const edges = new Map(graph.map(({ path, imports }) => [path, imports]));
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) found.push([...trail.slice(trail.indexOf(path)), path].join(" -> "));
    if (done.has(path) || trail.includes(path)) return;
    for (const to of edges.get(path) ?? []) visit(to, [...trail, path]);
    done.add(path);
  };
  for (const { path } of graph) visit(path, []);
  return found;
}
