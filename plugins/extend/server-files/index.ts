import { live } from "../../../core/live.js";
import type { Setup } from "../../../core/types.js";
import type { KindReader } from "../../../schemas/parts.js";
import { readLspServers } from "./read-lsp.js";
import { readMcpServers } from "./read-mcp.js";

const setup: Setup = (ctx) => {
  ctx.add("kind", live<KindReader>({ name: "mcp-server", read: readMcpServers }));
  ctx.add("kind", live<KindReader>({ name: "lsp-server", read: readLspServers }));
};
export default setup;
