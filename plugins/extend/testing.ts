import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "../../core/types.js";
import type { Catalogue, OwnedPart, Package, PartOwner } from "../../schemas/parts.js";

/** A folder with parts: those of the user and the project have no namespace. */
export interface TestRoot {
  readonly dir: string;
  readonly name: string;
  readonly origin?: string;
}

/** A catalogue that reads folders anew each time, with whatever readers of kinds are loaded. */
export interface TestCatalogue {
  readonly plugin: Plugin;
  /** How often parts were asked for, by kind. */
  readonly asked: string[];
  /** To be changed when files have changed. */
  generation: string;
}

export function testCatalogue(roots: () => readonly TestRoot[]): TestCatalogue {
  const state: TestCatalogue = { plugin: { name: "test-catalogue", setup }, asked: [], generation: "one" };
  function setup(ctx: Parameters<NonNullable<Plugin["setup"]>>[0]): void {
    const partsIn = async (dir: string, kind: string, strict = false): Promise<OwnedPart["data"][] | OwnedPart[]> => {
      const reader = await ctx.get("kind", kind);
      const path = join(dir, reader?.folder ?? "");
      if (!reader || !existsSync(path)) return [];
      return [...(await reader.read([{ path, optional: true }], packageOf(dir, strict))).parts] as OwnedPart[];
    };
    const catalogue: Catalogue = {
      generation: () => state.generation,
      count: () => 1,
      acting: async () => [],
      refusal: async () => undefined,
      refresh: async () => false,
      problems: async () => [],
      async parts(kind) {
        state.asked.push(kind);
        const all = roots().map(async (root) => {
          const owner = ownerOf(root);
          return ((await partsIn(root.dir, kind)) as OwnedPart[]).map((part) => ({ ...part, owner }));
        });
        return (await Promise.all(all)).flat();
      },
      async inspect(dir) {
        const kinds = ctx.all("kind").map(({ name }) => name);
        const parts = (await Promise.all(kinds.map((kind) => partsIn(dir, kind)))).flat() as OwnedPart[];
        return { package: packageOf(dir, false), parts, problems: [] };
      },
    };
    ctx.add("service", { name: "catalogue", service: catalogue });
  }
  return state;
}

function ownerOf({ dir, name, origin = "installed" }: TestRoot): PartOwner {
  const namespaced = origin !== "user" && origin !== "project";
  return { name, dir, origin, format: "plain", namespaced, strict: false };
}

function packageOf(dir: string, strict: boolean): Package {
  return {
    name: "test",
    dir,
    format: "plain",
    state: "none",
    usable: true,
    manifest: { name: "test" },
    fields: {},
    places: {},
    strict,
    problems: [],
    files: [],
  };
}
