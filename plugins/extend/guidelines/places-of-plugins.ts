import type { KernelView } from "../../../core/types.js";
import { unapproved } from "../unapproved.js";
import type { Place } from "./places.js";

/** All places in their order: what holds everywhere, what plugins bring along, then the project's. */
export async function withPlugins(
  places: readonly Place[],
  kernel: KernelView,
  base: string,
): Promise<readonly Place[]> {
  const everywhere = places.filter(({ level }) => level === "user" || level === "managed");
  return [...everywhere, ...(await placesOfPlugins(kernel, base)), ...places.slice(everywhere.length)];
}

async function placesOfPlugins(kernel: KernelView, base: string): Promise<readonly Place[]> {
  if (!kernel.plugins.some(({ plugin }) => plugin.holds?.includes("guideline"))) return [];
  const parts = (await (await kernel.service("catalogue"))?.parts("guideline")) ?? [];
  return Promise.all(
    parts.map(async ({ file, owner }): Promise<Place> => {
      const refused = await unapproved(kernel, owner);
      const own = { path: file, level: "user", ...(refused !== undefined && { refused }) } as const;
      return owner.namespaced ? { ...own, base: owner.dir, plugin: owner.name } : { ...own, base };
    }),
  );
}
