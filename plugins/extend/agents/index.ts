import { live } from "../../../core/live.js";
import type { Setup } from "../../../core/types.js";
import type { KindReader } from "../../../schemas/parts.js";

const setup: Setup = (ctx) => {
  ctx.add(
    "kind",
    live<KindReader>({
      name: "agent",
      folder: "agents",
      read: async (places, from) => (await import("./read-agents.js")).readAgents(places, from),
    }),
  );
};
export default setup;
