import type { KernelView } from "../../core/types.js";
import type { OwnedPart, PartOwner } from "../../schemas/parts.js";

/** Why nothing of an installed plugin is used: its files are not those that were approved. Undefined for all others. */
export async function unapproved(
  kernel: Pick<KernelView, "service">,
  { origin, dir }: Pick<PartOwner, "origin" | "dir">,
): Promise<string | undefined> {
  return origin === "installed" ? (await kernel.service("installed"))?.verify(dir) : undefined;
}

/** Why a part is not used as it stands now: it is not what a person approved, or agreed to with its project. */
export async function refusal(kernel: Pick<KernelView, "service">, part: OwnedPart): Promise<string | undefined> {
  const { owner, kind, name, file } = part;
  if (owner.origin !== "project") return unapproved(kernel, owner);
  const { actingOf } = await import("./acting.js");
  const acting = actingOf(part);
  const trust = acting.length === 0 ? undefined : await kernel.service("trust");
  if (!trust) return undefined; // Without that plugin nobody but a program that embeds this one has let the project in.
  const trusted = await trust.of(owner.dir);
  const other = acting.find((one) => !trusted?.covers(one));
  if (!other) return undefined;
  return `The ${kind} "${name}" is not used: ${file} is new or has changed since its folder was trusted (${other.what}). Look at it with nacre trust show, and agree with nacre trust.`;
}
