import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { filesBelow, isTest, nodesOf, placeOf, ROOT, sources, type Source } from "./sources.js";

const manifests = filesBelow(["plugins"], (path) => basename(path) === "plugin.json");
const names = manifests.map((path) => [path, nameIn(path)] as const);
const known = new Set(names.map(([, name]) => name));

function nameIn(path: string): string {
  return (JSON.parse(readFileSync(join(ROOT, path), "utf8")) as { name: string }).name;
}

/**
 * Words of the kernel's own contracts that a plugin happens to be named after. None of them asks for that plugin: any
 * plugin may fill them.
 */
const CONTRACTS: readonly string[] = [
  "core/main.ts help", // The subcommand that --help runs, and the flag's own name.
  "core/main.ts trust", // The service that says whether a project's folder is trusted.
];
/** What a tool's call does to the world: `Effect` of schemas/tool.ts. */
const EFFECTS: ReadonlySet<string> = new Set(["read", "write"]);

function literals(file: Source): { readonly word: string; readonly place: string }[] {
  return [...nodesOf(file.tree)].flatMap((node) => {
    const text = node.type === "TemplateElement" ? (node["value"] as { cooked: string }).cooked : node["value"];
    const isText = (node.type === "Literal" || node.type === "TemplateElement") && typeof text === "string";
    return isText ? [{ word: text, place: placeOf(file, node) }] : [];
  });
}

describe("core", () => {
  const files = sources("core").filter(({ path }) => !isTest(path) && !path.endsWith(".d.ts"));

  it("names no plugin that ships with nacre", () => {
    const hits = files.flatMap((file) =>
      literals(file)
        .filter(({ word }) => known.has(word) && !EFFECTS.has(word))
        .filter(({ word }) => !CONTRACTS.includes(`${file.path} ${word}`))
        .map(({ word, place }) => `${place} says "${word}"`),
    );
    expect(hits).toEqual([]);
  });

  it("imports no plugin", () => {
    expect(files.flatMap(({ imports }) => imports).filter((specifier) => specifier.includes("plugins/"))).toEqual([]);
  });

  it("still needs each exception that is made for it", () => {
    const said = new Set(files.flatMap((file) => literals(file).map(({ word }) => `${file.path} ${word}`)));
    expect(CONTRACTS.filter((exception) => !said.has(exception))).toEqual([]);
  });
});

describe("a plugin's folder", () => {
  it("bears the plugin's name, which no other plugin has", () => {
    expect(names.filter(([path, name]) => basename(dirname(path)) !== name)).toEqual([]);
    expect(known.size).toBe(names.length);
  });
});
