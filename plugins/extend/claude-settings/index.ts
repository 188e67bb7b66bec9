import { live } from "../../../core/live.js";
import type { Setup } from "../../../core/types.js";
import type { SettingsFile } from "../../../schemas/kinds.js";

const setup: Setup = (ctx) => {
  for (const name of ["claude-user", "claude-project", "claude-local"]) {
    const read = async (file: string): ReturnType<SettingsFile["read"]> => {
      const { readSettings } = await import("./read-settings.js");
      return readSettings(file, ctx.kernel.settings.declared());
    };
    ctx.add("settingsFile", live<SettingsFile>({ name, read }));
  }
};
export default setup;
