import { EXIT, UserError } from "../../../../schemas/errors.js";
import type { Manifest } from "../../../../schemas/manifest.js";
import { pathOf } from "../../../../schemas/setting-values.js";
import type { Job } from "../job.js";

/**
 * Throws a UserError for a plugin that would take the place of something another one offers, or speak for its settings:
 * a gate that is pushed aside is worse than one that is missing.
 */
export function checkClash({ kernel }: Job, id: string, manifest: Manifest): void {
  const others = kernel.plugins.map(({ plugin }) => plugin).filter((one) => one.id !== id);
  for (const [kind, items] of Object.entries(manifest.provides ?? {})) {
    for (const { name } of (kind === "taps" ? [] : (items ?? [])) as readonly { readonly name?: string }[]) {
      const owner = others.find(({ provides }) => {
        return provides?.[kind]?.some((item) => "name" in item && item.name === name);
      });
      if (owner) throw refusal(id, `the ${kind} "${name}", which "${owner.name}" offers`);
    }
  }
  const paths = settingsOf(manifest);
  for (const owner of others) {
    const taken = settingsOf(owner).find((path) => paths.includes(path));
    if (taken !== undefined) throw refusal(id, `the setting "${taken}", which belongs to "${owner.name}"`);
  }
}

function settingsOf({ settings, name }: Manifest): readonly string[] {
  return Object.keys(settings?.properties ?? {}).map((key) => pathOf(settings, name, key));
}

function refusal(id: string, what: string): UserError {
  return new UserError(`"${id}" cannot be installed: it claims ${what}.`, EXIT.plugin);
}
