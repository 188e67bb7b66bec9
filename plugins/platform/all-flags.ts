import { builtins } from "nacre:builtins";
import type { KernelView, Plugin } from "../../core/types.js";
import type { Flag } from "../../schemas/front.js";

/** A flag of the command line, and the plugin whose manifest names it. */
export interface OwnedFlag {
  readonly flag: Flag;
  readonly plugin?: Plugin;
}

/** All flags that plugins understand, those of plugins that only a setting wakes among them: the flag is that setting. */
export function allFlags(kernel: KernelView): readonly OwnedFlag[] {
  const loaded = kernel.plugins.map(({ plugin }) => plugin);
  const owners = new Map(loaded.flatMap((plugin) => flagsOf(plugin).map(({ name }) => [name, plugin] as const)));
  const awake = (kernel.all("flag") as readonly Flag[]).map((flag): OwnedFlag => {
    const plugin = owners.get(flag.name);
    return { flag, ...(plugin && { plugin }) };
  });
  const isAsleep = ({ name, enabledBy }: Plugin): boolean =>
    enabledBy !== undefined && !kernel.skipped.has(name) && loaded.every((plugin) => plugin.name !== name);
  const asleep = builtins
    .filter(isAsleep)
    .flatMap((plugin) => flagsOf(plugin).map((flag): OwnedFlag => ({ flag, plugin })));
  return [...awake, ...asleep];
}

function flagsOf({ provides }: Plugin): readonly Flag[] {
  return (provides?.["flag"] ?? []) as readonly Flag[];
}
