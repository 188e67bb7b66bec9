import { live } from "../../../core/live.js";
import type { Setup } from "../../../core/types.js";
import type { PluginFormat } from "../../../schemas/parts.js";
import { claimsFolder, readFolder } from "./read-folder.js";

const setup: Setup = (ctx) => {
  const { version } = ctx.kernel;
  const read: PluginFormat["read"] = (dir, context) => readFolder(dir, { ...context, version });
  ctx.add("pluginFormat", live<PluginFormat>({ name: "agent-plugins", claims: claimsFolder, read }));
};
export default setup;
