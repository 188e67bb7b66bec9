import type { KernelView } from "../../core/types.js";
import type { PartOwner } from "../../schemas/parts.js";

/** Why nothing of an installed plugin is used: its files are not those that were approved. Undefined for all others. */
export async function unapproved(
  kernel: Pick<KernelView, "service">,
  { origin, dir }: Pick<PartOwner, "origin" | "dir">,
): Promise<string | undefined> {
  return origin === "installed" ? (await kernel.service("installed"))?.verify(dir) : undefined;
}
