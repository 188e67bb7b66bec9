import { live } from "../../../core/live.js";
import type { Setup } from "../../../core/types.js";
import type { PluginFormat } from "../../../schemas/parts.js";
import { claimsFolder, readFolder } from "./read-folder.js";

const setup: Setup = (ctx) => {
  ctx.add("pluginFormat", live<PluginFormat>({ name: "agent-plugins", claims: claimsFolder, read: readFolder }));
};
export default setup;
