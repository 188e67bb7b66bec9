import { live } from "../../../core/live.js";
import type { Setup } from "../../../core/types.js";
import type { PluginFormat } from "../../../schemas/parts.js";
import { readFolder } from "./read-folder.js";

const setup: Setup = (ctx) => {
  for (const name of ["claude", "claude-folder"])
    ctx.add("pluginFormat", live<PluginFormat>({ name, read: readFolder }));
};
export default setup;
