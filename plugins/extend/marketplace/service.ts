import type { KernelView } from "../../../core/types.js";
import type { InstalledPlugins } from "../../../schemas/installed.js";
import { isObject, type JsonObject } from "../../../schemas/json.js";
import type { Paths } from "./paths.js";
import { readInstalled } from "./state/installed-file.js";
import { readSecrets } from "./state/read-secrets.js";
import { Kept } from "./state/kept.js";
import { readRecord } from "./state/record-file.js";
import type { Silenced } from "./trust/silenced.js";
import type { Verifier } from "./trust/verify.js";

/** What other plugins may ask about installed ones. */
export function installedPlugins(
  kernel: KernelView,
  paths: Paths,
  verifier: () => Promise<Verifier>,
): InstalledPlugins {
  let silenced: Silenced | undefined;
  const ids = new Kept(paths.installed, (file) => new Map(readInstalled(file).map(({ dir, id }) => [dir, id])));
  return {
    verify: async (dir) => (await verifier()).verify(dir),
    async silenced() {
      silenced ??= new (await import("./trust/silenced.js")).Silenced(kernel, paths, verifier);
      return silenced.names();
    },
    entryOf: (dir) => (ids.get().has(dir) ? readRecord(dir)?.entry : undefined),
    async options(dir) {
      const id = ids.get().get(dir);
      const record = id === undefined ? undefined : readRecord(dir);
      if (id === undefined || !record) return { values: {}, sensitive: [] };
      const config = userConfig(record.fields) ?? userConfig(record.entry?.value ?? {}) ?? {};
      const { optionsOf } = await import("./install/options.js");
      return optionsOf(config, kernel.settings.get("pluginConfigs"), readSecrets(paths.secrets), id);
    },
  };
}

function userConfig({ userConfig: config }: JsonObject): JsonObject | undefined {
  return isObject(config) ? config : undefined;
}
