import type { Plugin, Setup } from "../../../core/types.js";
import { EXIT, UserError } from "../../../schemas/errors.js";
import { loadCode } from "../load-code.js";
import { pathsOf } from "./paths.js";
import type { Start } from "./start.js";
import { readLock } from "./state/lock-file.js";

/** Loads an installed plugin's code, once its files have been compared with what was approved. */
export async function loadInstalled(
  plugin: Plugin & { readonly dir: string; readonly id: string },
  main: string,
  { kernel, verifier }: Start,
): Promise<{ readonly default: Setup }> {
  const check = async (): Promise<void> => {
    const why = (await verifier()).verify(plugin.dir);
    if (why !== undefined) throw new UserError(why, EXIT.plugin);
  };
  const approved = readLock(pathsOf(kernel.home).lock)[plugin.id]?.capabilities ?? [];
  return loadCode(kernel, { plugin, main, approved, check });
}
