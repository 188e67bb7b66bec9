import type { KernelView } from "../../../core/types.js";
import type { Place } from "./places.js";

/** Context files that plugins bring along. */
export async function placesOfPlugins(kernel: KernelView, base: string): Promise<readonly Place[]> {
  if (!kernel.plugins.some(({ plugin }) => plugin.holds?.includes("guideline"))) return [];
  const parts = (await (await kernel.service("catalogue"))?.parts("guideline")) ?? [];
  return parts.map(({ file, owner }): Place => {
    const own = { path: file, level: "user", base: owner.dir, plugin: owner.name } as const;
    return owner.namespaced ? own : { path: file, level: "user", base };
  });
}
