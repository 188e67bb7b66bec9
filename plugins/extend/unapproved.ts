import type { KernelView } from "../../core/types.js";
import { realPath } from "../../schemas/real-path.js";
import { secretPart } from "../../schemas/secret-names.js";
import type { OwnedPart, PartOwner } from "../../schemas/parts.js";

/** Why nothing of an installed plugin is used: its files are not those that were approved. Undefined for all others. */
export async function unapproved(
  kernel: Pick<KernelView, "service">,
  { origin, dir }: Pick<PartOwner, "origin" | "dir">,
): Promise<string | undefined> {
  return origin === "installed" ? (await kernel.service("installed"))?.verify(dir) : undefined;
}

/**
 * Why a part is not used as it stands now: it is not what a person approved, or agreed to with its project, or it is a
 * link to what is not for the model, where its own name says nothing of that.
 */
export async function refusal(kernel: Pick<KernelView, "service">, part: OwnedPart): Promise<string | undefined> {
  const { owner, kind, name, file } = part;
  const real = await hiddenBehind(kernel, file);
  if (real !== undefined) {
    return `The ${kind} "${name}" is not used: ${file} leads to ${real}, which can hold secrets or is not to be read.`;
  }
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

async function hiddenBehind(kernel: Pick<KernelView, "service">, file: string): Promise<string | undefined> {
  const real = realPath(file) ?? file;
  if (real === file) return undefined;
  const gate = await kernel.service("permissions");
  return (gate?.mayRead(undefined, real) ?? secretPart(real) === undefined) ? undefined : real;
}
