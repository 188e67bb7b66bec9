import { live } from "../../../core/live.js";
import type { Setup } from "../../../core/types.js";
import type { Subcommand } from "../../../schemas/front.js";

const setup: Setup = (ctx) => {
  ctx.add(
    "subcommand",
    live<Subcommand>({
      name: "plugin bisect",
      run: async (invocation) => (await import("./bisect.js")).bisect(ctx.kernel, invocation),
    }),
  );
};
export default setup;
